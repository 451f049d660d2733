import { body, type Control } from "../control.js";
import type { Duration, Outcome, Pending, Ran } from "../types.js";

/** What is under way. */
export class Transitions {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  async list(): Promise<Pending[]> {
    return (await body(this.#control.GET("/_fakemanila/transitions"))).transitions;
  }

  /** `"success"` or `"error"` ends one now, `"hold"` keeps it from ending until `"release"`. Returns it as it is then. */
  decide(id: string, outcome: Outcome): Promise<Ran | Pending> {
    return body(
      this.#control.POST("/_fakemanila/transitions/{transition_id}", {
        params: { path: { transition_id: id } },
        body: { outcome },
      }),
    );
  }

  /**
   * Waits, in real time and for a minute at most, until nothing is under way that time ends. Throws a
   * `FakeManilaTimeoutError` where something still is.
   */
  async waitIdle(timeout: Duration = "10s"): Promise<void> {
    await this.#control.GET("/_fakemanila/transitions", {
      params: { query: { wait: "idle", timeout: String(timeout) } },
    });
  }
}
