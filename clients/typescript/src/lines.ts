import type { FaultState, JournalRequest, Pending } from "./types.js";

const WIDTH = 160;

/** Formats a request as one line: time, method, path, status, operation, user, faults, body. */
export function line(request: JournalRequest): string {
  const user = request.user_name ?? "-";
  const parts = [
    request.time,
    request.method,
    request.path,
    "->",
    String(request.status || "no answer"),
    request.operation ?? `(${request.mark ?? "no operation"})`,
    request.project_name ? `${user}@${request.project_name}` : user,
    ...request.faults.map((name) => `fault='${name}'`),
  ];
  // The body of a successful login is not interesting.
  const shown = request.operation !== "identity.tokens.create" || request.status !== 201;
  const content = request.request.body ?? null;
  return [...parts, ...(shown && content !== null ? [short(content)] : [])].join(" ");
}

export function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

export function transitionLine(pending: Pending): string {
  return `${pending.operation} of ${pending.resource_id}, ${ending(pending)}`;
}

function ending(pending: Pending): string {
  if (pending.held) return "held";
  if (pending.reads !== null) return `ends after ${pending.reads} reads: ${pending.outcome}`;
  return pending.due === null ? "never ends" : `ends ${pending.due}: ${pending.outcome}`;
}

export function labelOf(fault: FaultState): string {
  return fault.name ?? fault.preset ?? fault.id;
}

/** Describes a rule that must fire but didn't: its conditions, and the requests that nearly met them. */
export function neverFired(fault: FaultState): string {
  const waitsFor =
    fault.matched > 0 ? `it fires when ${JSON.stringify(fault.when)}` : `it matches ${JSON.stringify(fault.match)}`;
  const misses = (fault.near_misses ?? []).map(({ request_id, operation, condition, found }) => {
    return `  ${request_id} (${operation}) missed it by ${condition}: ${JSON.stringify(found)}`;
  });
  const head = `the fault '${labelOf(fault)}' must fire, and never did; it matched ${fault.matched} requests`;
  return [head, `  ${waitsFor}`, ...misses].join("\n");
}
