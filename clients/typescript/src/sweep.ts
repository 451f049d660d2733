import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuardedProcess } from "./process.js";
import type { Duration } from "./types.js";

/** A kind of failure in a sweep. */
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

/** The result of a run. */
export type SweepVerdict = "passed" | "failed" | "debris" | "hung" | "not reached";

/** Options of {@link sweep}. */
export interface SweepOptions {
  /** The kinds of failure. Default: all. */
  faults?: readonly SweepFault[];
  /** Sweeps only requests for these operations: ids or patterns. Default: all operations of Manila. */
  operations?: readonly string[];
  /** The id of the only run to do, such as `"2:reset-after"`. */
  only?: string;
  /** Adds runs with two failures. */
  pairs?: boolean;
  /** The number of runs at the same time. */
  jobs?: number;
  /** The time limit of a run. Default: 30 seconds. */
  timeout?: Duration;
  /** The verdicts that set `ok` to false. Default: failed, debris and hung. */
  failOn?: readonly SweepVerdict[];
  /** The scenarios that the worlds start from: names or files. */
  scenario?: string | readonly string[];
  /** The seed of all worlds. */
  seed?: number;
  /** The built-in user that the command logs in as. Default: `"demo"`. */
  user?: string;
  /** The URL of a running server. Default: the sweep starts a server. */
  url?: string;
  /** The token for the control plane of that server. */
  controlToken?: string;
  /** The fakemanila command. Default: `["fakemanila"]`. */
  fakemanila?: readonly string[];
  /** More environment variables for the swept command. */
  env?: Record<string, string | undefined>;
  /** The working directory of the command. */
  cwd?: string;
  /** Aborting it stops the sweep. */
  signal?: AbortSignal;
}

/** A request of the run without faults. */
export interface SweptRequest {
  number: number;
  operation: string;
  method: string;
  path: string;
  status: number | null;
  /** The name of its resource, as a pattern. */
  about: string | null;
  /** Its position among the requests with the same operation and name. */
  nth: number;
  /** Whether it repeats the read before it and gets the same answer. */
  repeats: boolean;
}

/** A difference between a run and the run without faults. */
export interface SweepDifference {
  kind: string;
  /** The name of the record. */
  record: string;
  change: "more" | "less" | "different";
  attributes: Record<string, { undisturbed: unknown; now: unknown }>;
}

/** One run with faults. */
export interface SweepRun {
  /** The id of the run, for the option `only`. */
  id: string;
  faults: { request: number; operation: string; about: string | null; nth: number; fault: SweepFault }[];
  verdict: SweepVerdict;
  reached: boolean;
  /** The exit status of the command, or null if it hung. */
  exit_status: number | null;
  seconds: number;
  differences: SweepDifference[];
  /** A description of the differences. */
  details: string;
}

/** The result of a sweep. */
export interface SweepResult {
  version: 1;
  command: string[];
  seed: number;
  undisturbed: { seconds: number; requests: SweptRequest[] };
  runs: SweepRun[];
  /** The number of runs with each verdict. */
  summary: Record<SweepVerdict, number>;
  /** Whether no run has a verdict in `failOn`. */
  ok: boolean;
  /** What `fakemanila sweep` printed. */
  output: string;
}

/**
 * Finds out how a command handles failures. Runs it once without faults, then once for each of its requests and each
 * kind of failure. Each run has a new world; its address and login are in the environment of the command. Throws a
 * `CommandError` if the sweep fails, for example because the command fails without faults.
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
    if (text === undefined) throw run.failure(status, "could not sweep");
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
