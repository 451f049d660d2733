import type { FaultOptions } from "./parts/faults.js";
import { rule } from "./parts/faults.js";
import type { Delays, Duration, Rule, Scenario } from "./types.js";

/** What a world starts from. What isn't given is as the server has it. */
export interface WorldOptions {
  /** The same seed gives a world of the same name the same ids, delays and faults. */
  seed?: number;
  /** `"manual"` stands still until it is moved. */
  clock?: "real" | "manual";
  /** World seconds per second. */
  rate?: number;
  /** What the clock shows at first. */
  start?: string | Date;
  delays?: Delays;
  /** Names of presets, or rules. */
  faults?: readonly (Rule | FaultOptions)[];
  backends?: readonly Record<string, unknown>[];
  /** `"open"` lets anybody in. */
  identity?: "strict" | "open";
  tokenTtl?: Duration;
  /** Refuse what the API reference doesn't cover. */
  strict?: boolean;
  /** `"all"`, or some of the services beside Manila: `["network"]`. */
  services?: string | readonly string[];
  /** The release of OpenStack whose Manila it is like: `"2025.1"`. */
  release?: string;
  minMicroversion?: string;
  maxMicroversion?: string;
  /** A scenario, as scenario files have it. The options beside it are added to it. */
  scenario?: Scenario;
}

/** All of the options as one scenario. */
export function scenarioOf(options: WorldOptions): Scenario {
  const { scenario = {}, clock, rate, start, delays, faults = [], backends = [], ...others } = options;
  const whole: Scenario = { ...scenario };
  const set = (key: string, value: unknown) => {
    if (value !== undefined) whole[key] = value;
  };
  set("seed", others.seed);
  set("identity", others.identity);
  set("token_ttl", others.tokenTtl);
  set("strict", others.strict);
  set("services", others.services);
  set("release", others.release);
  set("min_microversion", others.minMicroversion);
  set("max_microversion", others.maxMicroversion);
  const time = {
    ...(clock === undefined ? {} : { mode: clock }),
    ...(rate === undefined ? {} : { mode: clock ?? "real", rate }),
    ...(start === undefined ? {} : { start: start instanceof Date ? start.toISOString().replace(/Z$/, "") : start }),
  };
  extend(whole, "clock", time);
  extend(whole, "delays", delays ?? {});
  append(
    whole,
    "faults",
    faults.map((each) => rule(each)),
  );
  append(whole, "backends", backends);
  return whole;
}

function extend(whole: Scenario, key: string, more: object): void {
  if (Object.keys(more).length > 0) whole[key] = { ...(whole[key] as object | undefined), ...more };
}

function append(whole: Scenario, key: string, more: readonly unknown[]): void {
  if (more.length > 0) whole[key] = [...((whole[key] as unknown[] | undefined) ?? []), ...more];
}
