import { body, type Control } from "../control.js";

/** The whole world as one document. */
export class State {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  dump(): Promise<Record<string, unknown>> {
    return body(this.#control.GET("/_fakemanila/state"));
  }

  /** Makes the world what the document says, or changes nothing. */
  async load(document: Record<string, unknown>): Promise<void> {
    await this.#control.PUT("/_fakemanila/state", { body: document });
  }
}
