import { body, type Control } from "../control.js";
import type { Delay, Delays as Table } from "../types.js";

/** How long operations take. A change is for transitions that start afterwards. */
export class Delays {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** All of them, by operation id, by pattern, and `default`. */
  show(): Promise<Table> {
    return body(this.#control.GET("/_fakemanila/delays"));
  }

  /** One operation, or a pattern such as `shares.*`. */
  async set(operation: string, delay: Delay): Promise<void> {
    await this.update({ [operation]: delay });
  }

  /** Several at once; null takes one away. Returns all of them. */
  update(delays: Record<string, Delay | null>): Promise<Table> {
    return body(this.#control.PATCH("/_fakemanila/delays", { body: delays }));
  }

  /** These in the place of all that are set. */
  replace(delays: Table): Promise<Table> {
    return body(this.#control.PUT("/_fakemanila/delays", { body: delays }));
  }
}
