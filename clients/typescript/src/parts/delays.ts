import { body, type Control } from "../control.js";
import type { Delay, Delays as Table } from "../types.js";

/** How long operations take. Changes apply to transitions that start afterwards. */
export class Delays {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns all delays that are set. */
  show(): Promise<Table> {
    return body(this.#control.GET("/_fakemanila/delays"));
  }

  /** Sets the delay of an operation, or of a pattern such as `shares.*`. */
  async set(operation: string, delay: Delay): Promise<void> {
    await this.update({ [operation]: delay });
  }

  /** Sets several delays, and keeps all others. null removes a delay. Returns all delays. */
  update(delays: Record<string, Delay | null>): Promise<Table> {
    return body(this.#control.PATCH("/_fakemanila/delays", { body: delays }));
  }

  /** Sets the given delays, and removes all others. Returns all delays. */
  replace(delays: Table): Promise<Table> {
    return body(this.#control.PUT("/_fakemanila/delays", { body: delays }));
  }
}
