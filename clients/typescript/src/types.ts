import type { components, operations } from "./control-plane.js";

type Schemas = components["schemas"];

/** A number of seconds, or a string such as `"250ms"`, `"2s"`, `"5m"` or `"1h"`. */
export type Duration = Schemas["Duration"];
/** How long an operation takes: a duration, `{uniform}`, `{lognormal}` or `{reads}`. */
export type Delay = Schemas["Delay"];
/** Delays by operation. A key is an operation id, a pattern such as `shares.*`, or `default`. */
export type Delays = Schemas["Delays"];
/** The state of a clock. */
export type ClockState = Schemas["Clock"];
/** A change of a clock. */
export type ClockChange = Schemas["ClockChange"];
/** A transition that has ended, or one phase of it. */
export type Ran = Schemas["Ran"];
/** A transition in progress. */
export type Pending = Schemas["Pending"];
/** What to do with a transition. */
export type Outcome = Schemas["Decision"]["outcome"];
/** The effect of a fault rule. */
export type Effect = Schemas["Do"];
/** Which requests a fault rule matches. */
export type Match = Schemas["Match"];
/** When a fault rule fires. */
export type When = Schemas["When"];
/** A fault rule, or the name of a preset. */
export type Rule = Schemas["Rule"];
/** The state of a fault rule, including how often it matched and fired. */
export type FaultState = Schemas["Fault"];
/** A predefined fault. */
export type Preset = Schemas["Preset"];
/** A request in the journal. */
export type JournalRequest = Schemas["Request"];
/** A request in the journal, with the reasons for its answer. */
export type ExplainedRequest = Schemas["ExplainedRequest"];
/** The state of a request that a rule holds. */
export type PausedState = Schemas["PausedRequest"];
/** A finding about how clients behave. */
export type Finding = Schemas["Finding"];
/** A saved state of a world. */
export type Checkpoint = Schemas["Checkpoint"];
/** The differences between two states. */
export type Difference = Schemas["Diff"];
/** The state of a server. */
export type Health = Schemas["Health"];
/** A scenario, with the fields of scenario files. */
export type Scenario = Schemas["Scenario"];
/** A resource that a scenario created. */
export type Resource = Schemas["Resource"];
/** A record of a world, with the attributes of its kind. */
export type KeptRecord = { id: string; [attribute: string]: unknown };

type JournalQuery = NonNullable<operations["requests.list"]["parameters"]["query"]>;

/** Selects requests in the journal. A request must meet all filters. */
export type RequestFilters = Omit<JournalQuery, "status" | "wait" | "count"> & {
  /** A status such as `413` or `"4xx"`, or `"none"` if no answer was sent. */
  status?: number | string;
};
