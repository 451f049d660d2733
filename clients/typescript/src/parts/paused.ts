import { body, type Control } from "../control.js";
import type { Duration, PausedState } from "../types.js";

/** What a held request is answered with: `{ status: 503, headers: { "Retry-After": "1" } }`. */
export interface Answer {
  status?: number;
  error?: string;
  message?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The requests that rules hold, in the order in which they came. */
export class Paused {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** All of them, or those that one rule holds, by its id or name. */
  async list(rule?: string): Promise<PausedRequest[]> {
    return await this.#list(rule === undefined ? {} : { rule });
  }

  /**
   * Waits, in real time and for a minute at most, until so many are held, and returns those that are. Throws a
   * `FakeManilaTimeoutError` where they aren't.
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

/** A request that is held. */
export class PausedRequest {
  readonly #control: Control;
  /** As it was when it was asked for. */
  readonly state: PausedState;

  constructor(control: Control, state: PausedState) {
    this.#control = control;
    this.state = state;
  }

  get id(): string {
    return this.state.id;
  }

  /** It goes on. */
  async release(): Promise<void> {
    await this.#decide("continue");
  }

  /** Its connection is reset; at arrival nothing is carried out. */
  async drop(): Promise<void> {
    await this.#decide("drop");
  }

  /** It is answered otherwise. */
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
