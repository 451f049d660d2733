import { body, type Control } from "../control.js";

/** Exports and imports the complete state of a world. */
export class State {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the complete state as a JSON document. */
  dump(): Promise<Record<string, unknown>> {
    return body(this.#control.GET("/_fakemanila/state"));
  }

  /** Replaces the state of the world with a document from {@link dump}. If it is invalid, nothing changes. */
  async load(document: Record<string, unknown>): Promise<void> {
    await this.#control.PUT("/_fakemanila/state", { body: document });
  }
}
