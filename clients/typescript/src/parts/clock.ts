import { body, type Control } from "../control.js";
import type { ClockChange, ClockState, Duration, Ran } from "../types.js";

/** The clock of a world. */
export class Clock {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the time, the mode, the rate, and the number of transitions in progress. */
  show(): Promise<ClockState> {
    return body(this.#control.GET("/_fakemanila/clock"));
  }

  /** Returns the time of the world, with millisecond precision. */
  async now(): Promise<Date> {
    return new Date(`${(await this.show()).now}Z`);
  }

  /** Moves the time forward by a duration. Returns the transitions that ended in this time, in order. */
  async advance(duration: Duration): Promise<Ran[]> {
    return await this.#advance({ duration });
  }

  /** Moves the time forward to the end of the next transition. Returns the transitions that ended. */
  async advanceToNext(): Promise<Ran[]> {
    return await this.#advance({ to: "next" });
  }

  /** Moves the time forward until no transition is in progress that ends with time. Returns those that ended. */
  async advanceToIdle(): Promise<Ran[]> {
    return await this.#advance({ to: "idle" });
  }

  /** Sets the time, the mode, or the rate in seconds of the world per real second. Returns the new state. */
  set(change: Omit<ClockChange, "now"> & { now?: string | Date }): Promise<ClockState> {
    const { now, ...others } = change;
    const time = now instanceof Date ? now.toISOString().replace(/Z$/, "") : now;
    return body(
      this.#control.PUT("/_fakemanila/clock", { body: time === undefined ? others : { ...others, now: time } }),
    );
  }

  async #advance(how: { duration: Duration } | { to: "next" | "idle" }): Promise<Ran[]> {
    return (await body(this.#control.POST("/_fakemanila/clock/advance", { body: how }))).transitions;
  }
}
