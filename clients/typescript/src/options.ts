import type { FaultOptions } from "./parts/faults.js";
import { rule } from "./parts/faults.js";
import type { Delays, Duration, Rule, Scenario } from "./types.js";

/** The initial state of a world. The defaults are those of the server. */
export interface WorldOptions {
  /** The seed of random values. Worlds with the same seed and name get the same ids, delays and faults. */
  seed?: number;
  /** The mode of the clock. With `"manual"`, time only moves when you move it. */
  clock?: "real" | "manual";
  /** The speed of the clock, in seconds of the world per real second. */
  rate?: number;
  /** The initial time of the world. */
  start?: string | Date;
  /** How long operations take. */
  delays?: Delays;
  /** Fault rules, or names of presets. */
  faults?: readonly (Rule | FaultOptions)[];
  /** Backends that replace the built-in ones. */
  backends?: readonly Record<string, unknown>[];
  /** How Keystone checks logins. With `"open"` it accepts any user. */
  identity?: "strict" | "open";
  /** How long tokens are valid. */
  tokenTtl?: Duration;
  /** Rejects requests that the API reference doesn't allow, even if a real Manila accepts them. */
  strict?: boolean;
  /** The services besides Manila in the service catalog, such as `["network"]`, or `"all"`. */
  services?: string | readonly string[];
  /** The OpenStack release to imitate, such as `"2025.1"`. */
  release?: string;
  /** The oldest supported microversion. */
  minMicroversion?: string;
  /** The newest supported microversion, such as `"2.65"`. */
  maxMicroversion?: string;
  /** A scenario, with the fields of scenario files. The other options are added to it. */
  scenario?: Scenario;
}

/** Converts the options to a scenario. */
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
