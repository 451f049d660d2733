import { body, type Control } from "../control.js";
import type { operations } from "../control-plane.js";
import { FakeManilaError } from "../errors.js";
import type { Duration, KeptRecord } from "../types.js";

/** Attributes of a record: `{ status: "available" }`. */
export type Attributes = Record<string, string | number | boolean>;

type Asked = NonNullable<operations["records.show"]["parameters"]["query"]>;

/** The records of a world, of all projects. Kinds such as `"share"` may be singular or plural. */
export class Records {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the records of a kind that have the given attributes, oldest first. */
  async list(kind: string, attributes: Attributes = {}): Promise<KeptRecord[]> {
    const answer = this.#control.GET("/_fakemanila/records/{kind}", {
      params: { path: { kind }, query: { attributes } },
    });
    return (await body(answer)).records as KeptRecord[];
  }

  /** Returns a record, or undefined if it doesn't exist. */
  async get(kind: string, id: string): Promise<KeptRecord | undefined> {
    try {
      return await this.#show(kind, id);
    } catch (error) {
      if (error instanceof FakeManilaError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Waits in real time until a record has the given attributes, and returns the record. `timeout` is at most one
   * minute; default: 10 seconds. Throws a `FakeManilaTimeoutError`, with the current record in `body`, if it times out.
   */
  wait(kind: string, id: string, attributes: Attributes, timeout: Duration = "10s"): Promise<KeptRecord> {
    return this.#show(kind, id, { attributes, wait: String(timeout) });
  }

  /**
   * Waits in real time until a record no longer exists. `timeout` is at most one minute; default: 10 seconds. Throws a
   * `FakeManilaTimeoutError` if it times out.
   */
  async waitGone(kind: string, id: string, timeout: Duration = "10s"): Promise<void> {
    await this.#show(kind, id, { gone: true, wait: String(timeout) });
  }

  async #show(kind: string, id: string, query: Asked = {}): Promise<KeptRecord> {
    const answer = this.#control.GET("/_fakemanila/records/{kind}/{record_id}", {
      params: { path: { kind, record_id: id }, query },
    });
    return (await body(answer)).record as KeptRecord;
  }
}
