import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuardedProcess } from "./process.js";
import type { Duration } from "./types.js";

/** A kind of failure. */
export type SweepFault =
  | "reset-before"
  | "reset-after"
  | "500"
  | "503"
  | "413"
  | "429"
  | "hang"
  | "stale-list"
  | "expired-token"
  | "ends-in-error"
  | "stuck"
  | "gone";

export type SweepVerdict = "passed" | "failed" | "debris" | "hung" | "not reached";

export interface SweepOptions {
  /** The kinds of failure; all unless given. */
  faults?: readonly SweepFault[];
  /** Requests for these operations, ids or patterns; all of Manila's unless given. */
  operations?: readonly string[];
  /** One run alone, by its id: `"2:reset-after"`. */
  only?: string;
  /** Then two failures in one run. */
  pairs?: boolean;
  /** Runs at once. */
  jobs?: number;
  /** How long a run may take; 30 seconds unless given. */
  timeout?: Duration;
  /** The verdicts with which `ok` is false; failed, debris and hung unless given. */
  failOn?: readonly SweepVerdict[];
  /** Names of scenarios, or files: what each run's world starts from. */
  scenario?: string | readonly string[];
  seed?: number;
  /** The built-in user that the command works as; `"demo"` unless given. */
  user?: string;
  /** A running server to use; one of its own unless given. */
  url?: string;
  controlToken?: string;
  /** The command: `["fakemanila"]` unless given. */
  fakemanila?: readonly string[];
  /** What the swept command finds in its environment besides. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  signal?: AbortSignal;
}

/** A request of the undisturbed run. */
export interface SweptRequest {
  number: number;
  operation: string;
  method: string;
  path: string;
  status: number | null;
  /** The name of what it is about, as a pattern. */
  about: string | null;
  /** Its position among the requests that are alike in operation and name. */
  nth: number;
  /** Whether it reads what the one before has read, and gets the same answer. */
  repeats: boolean;
}

export interface SweepDifference {
  kind: string;
  /** How the record is called. */
  record: string;
  change: "more" | "less" | "different";
  attributes: Record<string, { undisturbed: unknown; now: unknown }>;
}

export interface SweepRun {
  /** What `only` takes. */
  id: string;
  faults: { request: number; operation: string; about: string | null; nth: number; fault: SweepFault }[];
  verdict: SweepVerdict;
  reached: boolean;
  /** Of the command; null for one that hung. */
  exit_status: number | null;
  seconds: number;
  differences: SweepDifference[];
  /** The differences, as text. */
  details: string;
}

/** What `fakemanila sweep --json` writes. */
export interface SweepResult {
  version: 1;
  command: string[];
  seed: number;
  undisturbed: { seconds: number; requests: SweptRequest[] };
  runs: SweepRun[];
  /** The number of runs by verdict. */
  summary: Record<SweepVerdict, number>;
  /** Whether no run has a verdict of `failOn`. */
  ok: boolean;
  /** What the command has printed, for people. */
  output: string;
}

/**
 * Runs a command once undisturbed, then once for each of its requests and each kind of failure there, each time in a new
 * world, whose address and login are in its environment. Throws a `CommandError` where it can't, such as for a command
 * that doesn't pass undisturbed.
 */
export async function sweep(command: readonly string[], options: SweepOptions = {}): Promise<SweepResult> {
  const { fakemanila = ["fakemanila"], controlToken, env = {}, cwd, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), "fakemanila-"));
  try {
    const file = join(folder, "sweep.json");
    const run = new GuardedProcess([...fakemanila, "sweep", "--json", file, ...flags(options), "--", ...command], {
      env: { ...(controlToken === undefined ? {} : { FAKEMANILA_CONTROL_TOKEN: controlToken }), ...env },
      signal,
      ...(cwd === undefined ? {} : { cwd }),
    });
    const status = await run.exitStatus();
    signal?.throwIfAborted();
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) throw run.failure(status, "didn't sweep");
    return { ...(JSON.parse(text) as Omit<SweepResult, "ok" | "output">), ok: status === 0, output: run.output };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function flags(options: SweepOptions): string[] {
  const values: Record<string, string | number | readonly string[] | undefined> = {
    "--faults": options.faults?.join(","),
    "--operations": options.operations?.join(","),
    "--only": options.only,
    "--jobs": options.jobs,
    "--timeout": options.timeout,
    "--fail-on": options.failOn?.join(",").replace(/^$/, "none"),
    "--scenario": options.scenario,
    "--seed": options.seed,
    "--user": options.user,
    "--url": options.url,
  };
  const given = Object.entries(values).flatMap(([flag, value]) =>
    value === undefined ? [] : [value].flat().flatMap((each) => [flag, String(each)]),
  );
  return options.pairs ? [...given, "--pairs"] : given;
}
