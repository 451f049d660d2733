import { body, type Control } from "../control.js";
import type { Duration, Outcome, Pending, Ran } from "../types.js";

/** The operations in progress, such as a share that is being created. */
export class Transitions {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the transitions in progress. */
  async list(): Promise<Pending[]> {
    return (await body(this.#control.GET("/_fakemanila/transitions"))).transitions;
  }

  /**
   * Decides a transition: `"success"` and `"error"` end it now, `"hold"` keeps it from ending until `"release"`.
   * Returns the transition.
   */
  decide(id: string, outcome: Outcome): Promise<Ran | Pending> {
    return body(
      this.#control.POST("/_fakemanila/transitions/{transition_id}", {
        params: { path: { transition_id: id } },
        body: { outcome },
      }),
    );
  }

  /**
   * Waits in real time until no transition is in progress that ends with time. `timeout` is at most one minute;
   * default: 10 seconds. Throws a `FakeManilaTimeoutError` if it times out.
   */
  async waitIdle(timeout: Duration = "10s"): Promise<void> {
    await this.#control.GET("/_fakemanila/transitions", {
      params: { query: { wait: "idle", timeout: String(timeout) } },
    });
  }
}
