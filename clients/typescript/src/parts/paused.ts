import { body, type Control } from "../control.js";
import type { Duration, PausedState } from "../types.js";

/** A response for a held request, such as `{ status: 503, headers: { "Retry-After": "1" } }`. */
export interface Answer {
  status?: number;
  error?: string;
  message?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The requests that rules hold. */
export class Paused {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the held requests, oldest first. `rule` limits them to the rule with that id or name. */
  async list(rule?: string): Promise<PausedRequest[]> {
    return await this.#list(rule === undefined ? {} : { rule });
  }

  /**
   * Waits in real time until `count` requests are held, and returns them. `timeout` is at most one minute; default: 10
   * seconds. Throws a `FakeManilaTimeoutError` if it times out.
   */
  async wait(count = 1, options: { rule?: string; timeout?: Duration } = {}): Promise<PausedRequest[]> {
    const { timeout = "10s", ...query } = options;
    return await this.#list({ ...query, count, wait: String(timeout) });
  }

  async #list(query: { rule?: string; count?: number; wait?: string }): Promise<PausedRequest[]> {
    const { paused } = await body(this.#control.GET("/_fakemanila/paused", { params: { query } }));
    return paused.map((each) => new PausedRequest(this.#control, each));
  }
}

/** A held request. */
export class PausedRequest {
  readonly #control: Control;
  /** The state when the request was listed. */
  readonly state: PausedState;

  constructor(control: Control, state: PausedState) {
    this.#control = control;
    this.state = state;
  }

  get id(): string {
    return this.state.id;
  }

  /** Lets the request continue. */
  async release(): Promise<void> {
    await this.#decide("continue");
  }

  /** Resets the connection. A request that is held at its arrival is not carried out. */
  async drop(): Promise<void> {
    await this.#decide("drop");
  }

  /** Answers the request with the given response. */
  async respond(answer: Answer): Promise<void> {
    await this.#decide({ respond: { ...answer } });
  }

  async #decide(what: "continue" | "drop" | { respond: Record<string, unknown> }): Promise<void> {
    await this.#control.POST("/_fakemanila/paused/{paused_id}", {
      params: { path: { paused_id: this.id } },
      body: { do: what },
    });
  }
}
