import type { components, operations } from "./control-plane.js";

type Schemas = components["schemas"];

/** Seconds, or text such as `"250ms"`, `"2s"`, `"5m"`, `"1h"`. */
export type Duration = Schemas["Duration"];
/** How long an operation takes: a duration, or `{uniform}`, `{lognormal}` or `{reads}`. */
export type Delay = Schemas["Delay"];
/** Delays by operation id, by a pattern such as `shares.*`, or `default`. */
export type Delays = Schemas["Delays"];
export type ClockState = Schemas["Clock"];
export type ClockChange = Schemas["ClockChange"];
/** A transition, or a phase of one, that has ended. */
export type Ran = Schemas["Ran"];
/** A transition that is under way. */
export type Pending = Schemas["Pending"];
/** How a transition is decided. */
export type Outcome = Schemas["Decision"]["outcome"];
/** What a rule does. */
export type Effect = Schemas["Do"];
export type Match = Schemas["Match"];
export type When = Schemas["When"];
/** A rule as it is written, or the name of a preset. */
export type Rule = Schemas["Rule"];
/** A rule as the world has it, with how often it matched and fired. */
export type FaultState = Schemas["Fault"];
export type Preset = Schemas["Preset"];
/** A request as the journal has it. */
export type JournalRequest = Schemas["Request"];
/** The same, with why it was answered so. */
export type ExplainedRequest = Schemas["ExplainedRequest"];
/** A request that a rule holds. */
export type PausedState = Schemas["PausedRequest"];
export type Finding = Schemas["Finding"];
export type Checkpoint = Schemas["Checkpoint"];
export type Difference = Schemas["Diff"];
export type Health = Schemas["Health"];
/** A scenario, as scenario files have it. */
export type Scenario = Schemas["Scenario"];
/** What a scenario has made. */
export type Resource = Schemas["Resource"];
/** A record as the world keeps it, with the attributes of its kind. */
export type KeptRecord = { id: string; [attribute: string]: unknown };

type JournalQuery = NonNullable<operations["requests.list"]["parameters"]["query"]>;

/** Which requests of the journal are meant; all that is given has to be met. */
export type RequestFilters = Omit<JournalQuery, "status" | "wait" | "count"> & {
  /** `413`, `"4xx"`, or `"none"` where no answer was sent. */
  status?: number | string;
};
