import { body, type Control } from "../control.js";
import { FakeManilaError } from "../errors.js";
import type { Duration, KeptRecord } from "../types.js";

/** Attributes of a record: `{ status: "available" }`. */
export type Attributes = Record<string, string | number | boolean>;

/** What the world has, whosever it is. Kinds are `"share"`, `"snapshot"`, …, in the singular or the plural. */
export class Records {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** The records of a kind with these attributes, in the order in which they were made. */
  async list(kind: string, attributes: Attributes = {}): Promise<KeptRecord[]> {
    const answer = this.#control.GET("/_fakemanila/records/{kind}", {
      params: { path: { kind }, query: attributes as never }, // any attribute may be a filter: no document lists them
    });
    return (await body(answer)).records as KeptRecord[];
  }

  /** One record; undefined where the world has it not. */
  async get(kind: string, id: string): Promise<KeptRecord | undefined> {
    try {
      return await this.#show(kind, id, {});
    } catch (error) {
      if (error instanceof FakeManilaError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Waits, in real time and for a minute at most, until a record has these attributes. Throws a
   * `FakeManilaTimeoutError`, with the record as it is, where it never has.
   */
  wait(kind: string, id: string, attributes: Attributes, timeout: Duration = "10s"): Promise<KeptRecord> {
    return this.#show(kind, id, { ...attributes, wait: String(timeout) });
  }

  /** Waits, in real time and for a minute at most, until the world has it no more. */
  async waitGone(kind: string, id: string, timeout: Duration = "10s"): Promise<void> {
    await this.#show(kind, id, { gone: true, wait: String(timeout) });
  }

  async #show(kind: string, id: string, query: Attributes): Promise<KeptRecord> {
    const answer = this.#control.GET("/_fakemanila/records/{kind}/{record_id}", {
      params: { path: { kind, record_id: id }, query: query as never },
    });
    return (await body(answer)).record as KeptRecord;
  }
}
