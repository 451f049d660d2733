/// <reference lib="esnext.disposable" preserve="true" />
export type { Connection, Control } from "./control.js";
export type { components, operations, paths } from "./control-plane.js";
export type { Login } from "./environment.js";
export { AssertionError, CommandError, FakeManilaError, FakeManilaTimeoutError } from "./errors.js";
export type { Expected } from "./expected.js";
export { type AttachOptions, FakeManila, type StartOptions } from "./fake-manila.js";
export type { WorldOptions } from "./options.js";
export type { Checkpoints } from "./parts/checkpoints.js";
export type { Clock } from "./parts/clock.js";
export type { Delays } from "./parts/delays.js";
export type { Fault, FaultOptions, Faults } from "./parts/faults.js";
export type { Answer, Paused, PausedRequest } from "./parts/paused.js";
export type { Attributes, Records } from "./parts/records.js";
export type { ConductOptions, Requests } from "./parts/requests.js";
export type { State } from "./parts/state.js";
export type { Transitions } from "./parts/transitions.js";
export {
  type SweepDifference,
  type SweepFault,
  type SweepOptions,
  type SweepResult,
  type SweepRun,
  type SweepVerdict,
  type SweptRequest,
  sweep,
} from "./sweep.js";
export type {
  Checkpoint,
  ClockChange,
  ClockState,
  Delay,
  Delays as DelayTable,
  Difference,
  Duration,
  Effect,
  ExplainedRequest,
  FaultState,
  Finding,
  Health,
  JournalRequest,
  KeptRecord,
  Match,
  Outcome,
  PausedState,
  Pending,
  Preset,
  Ran,
  RequestFilters,
  Resource,
  Rule,
  Scenario,
  When,
} from "./types.js";
export { World } from "./world.js";
