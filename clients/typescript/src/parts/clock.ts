import { body, type Control } from "../control.js";
import type { ClockChange, ClockState, Duration, Ran } from "../types.js";

/** The world's time. */
export class Clock {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** All about it: time, mode, rate, how much is under way. */
  show(): Promise<ClockState> {
    return body(this.#control.GET("/_fakemanila/clock"));
  }

  /** The world's time, to the millisecond. */
  async now(): Promise<Date> {
    return new Date(`${(await this.show()).now}Z`);
  }

  /** Moves it forward, by `"30s"` or by a number of seconds. Returns what ended on the way, in order. */
  async advance(duration: Duration): Promise<Ran[]> {
    return await this.#advance({ duration });
  }

  /** Moves it to when the next transition ends. */
  async advanceToNext(): Promise<Ran[]> {
    return await this.#advance({ to: "next" });
  }

  /** Moves it until nothing is under way that time ends. */
  async advanceToIdle(): Promise<Ran[]> {
    return await this.#advance({ to: "idle" });
  }

  /** Sets `now`, `mode` or `rate` (world seconds per second). */
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
