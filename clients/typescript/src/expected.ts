import { isDeepStrictEqual } from "node:util";
import { line, short } from "./lines.js";
import type { JournalRequest, RequestFilters } from "./types.js";

/** The expected requests for an operation. Filters limit which requests count. */
export interface Expected extends Omit<RequestFilters, "operation" | "limit"> {
  /** The exact number of requests. Default: at least one. */
  times?: number;
  /** A part of the request body, with or without its envelope. Objects in the body may have further keys. */
  json?: unknown;
  /** An operation whose first request must come after all of these requests. */
  before?: string;
}

interface Found {
  operation: string;
  expected: Expected;
  /** The requests that meet the filters. */
  matched: readonly JournalRequest[];
  /** The first request for `expected.before`. */
  first: JournalRequest | undefined;
  /** All requests, oldest first. */
  everything: readonly JournalRequest[];
}

const SHOWN = 10;

/** Returns a failure message with the newest requests, or undefined if the requests are as expected. */
export function failureOf({ operation, expected, matched, first, everything }: Found): string | undefined {
  const { times, json, before, ...filters } = expected;
  const found = json === undefined ? matched : matched.filter((each) => hasBody(each, json));
  const conditions = Object.entries(filters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const said = [operation, ...conditions, ...(json === undefined ? [] : [`with ${short(json)} in its body`])].join(" ");
  if (times === undefined && found.length === 0) return withWhatCame(`${said} was not called`, everything);
  if (times !== undefined && found.length !== times) {
    return withWhatCame(`${said} was called ${often(found.length)}, expected ${often(times)}`, everything);
  }
  if (before === undefined) return undefined;
  if (first === undefined) {
    return withWhatCame(`${before} was not called, so ${said} did not come before it`, everything);
  }
  const order = new Map(everything.map(({ id }, index) => [id, index]));
  const place = (request: JournalRequest) => order.get(request.id) ?? everything.length;
  const late = found.some((request) => place(request) > place(first));
  return late ? withWhatCame(`${said} came after the first ${before}`, everything) : undefined;
}

/** Returns whether `found` contains `wanted`. Objects may have further keys; other values must be equal. */
export function contains(found: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(found, wanted);
  return isObject(found) && Object.entries(wanted).every(([key, value]) => key in found && contains(found[key], value));
}

function hasBody(request: JournalRequest, wanted: unknown): boolean {
  const whole = request.request.body;
  const inside = isObject(whole) && Object.keys(whole).length === 1 ? Object.values(whole)[0] : undefined;
  return contains(whole, wanted) || contains(inside, wanted);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function often(count: number): string {
  return count === 0 ? "never" : count === 1 ? "once" : `${count} times`;
}

function withWhatCame(reason: string, everything: readonly JournalRequest[]): string {
  if (everything.length === 0) return `${reason}; there were no requests`;
  const newest = everything.slice(-SHOWN);
  const head =
    newest.length === everything.length ? "the requests:" : `the last ${SHOWN} of ${everything.length} requests:`;
  return [`${reason}; ${head}`, ...newest.map((request) => `  ${line(request)}`)].join("\n");
}
