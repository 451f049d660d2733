import { body, type Control } from "../control.js";
import type { Checkpoint, ClockState } from "../types.js";

/** What was saved of the world, by name. */
export class Checkpoints {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  async list(): Promise<Checkpoint[]> {
    return (await body(this.#control.GET("/_fakemanila/checkpoints"))).checkpoints;
  }

  /** Saves the world as it is, in the place of what has that name. */
  save(name: string): Promise<Checkpoint> {
    return body(this.#control.POST("/_fakemanila/checkpoints/{name}", { params: { path: { name } } }));
  }

  /** Puts the world back, as often as one likes. Returns the clock. */
  restore(name: string): Promise<ClockState> {
    return body(this.#control.POST("/_fakemanila/checkpoints/{name}/restore", { params: { path: { name } } }));
  }

  async drop(name: string): Promise<void> {
    await this.#control.DELETE("/_fakemanila/checkpoints/{name}", { params: { path: { name } } });
  }
}
