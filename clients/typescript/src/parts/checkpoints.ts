import { body, type Control } from "../control.js";
import type { Checkpoint, ClockState } from "../types.js";

/** Saved states of a world. */
export class Checkpoints {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns all checkpoints. */
  async list(): Promise<Checkpoint[]> {
    return (await body(this.#control.GET("/_fakemanila/checkpoints"))).checkpoints;
  }

  /** Saves the state of the world. Replaces a checkpoint with the same name. */
  save(name: string): Promise<Checkpoint> {
    return body(this.#control.POST("/_fakemanila/checkpoints/{name}", { params: { path: { name } } }));
  }

  /** Restores the world from a checkpoint, which is kept. Returns the state of the clock. */
  restore(name: string): Promise<ClockState> {
    return body(this.#control.POST("/_fakemanila/checkpoints/{name}/restore", { params: { path: { name } } }));
  }

  /** Removes a checkpoint. */
  async drop(name: string): Promise<void> {
    await this.#control.DELETE("/_fakemanila/checkpoints/{name}", { params: { path: { name } } });
  }
}
