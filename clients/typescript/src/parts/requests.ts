import { body, type Control } from "../control.js";
import { AssertionError } from "../errors.js";
import { type Expected, failureOf } from "../expected.js";
import type { Duration, ExplainedRequest, Finding, JournalRequest, RequestFilters } from "../types.js";

/** How requests are judged. */
export interface ConductOptions {
  /** Names of findings to pass over. */
  allow?: readonly string[];
  /** Names of findings to look for; all unless given. */
  only?: readonly string[];
  /** A user's id or name. */
  user?: string;
  /** A time of the world's clock, or the id of the request before. */
  since?: string;
  /** The clients are done: what they have made and not deleted is left behind. */
  ended?: boolean;
  /** Reads of what is changing that come sooner after each other are too fast; a second unless given. */
  pollInterval?: Duration;
}

/** The journal: what was asked of the world. */
export class Requests {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** The requests that meet every filter, oldest first. */
  async list(filters: RequestFilters = {}): Promise<JournalRequest[]> {
    return (await this.#find(filters)).requests;
  }

  async count(filters: Omit<RequestFilters, "limit"> = {}): Promise<number> {
    return (await this.#find({ ...filters, limit: 0 })).total;
  }

  /** The newest one; undefined where there is none. */
  async last(filters: Omit<RequestFilters, "limit"> = {}): Promise<JournalRequest | undefined> {
    return (await this.list({ ...filters, limit: 1 })).at(-1);
  }

  /**
   * Waits, in real time and for a minute at most, until there are so many, and returns them. Throws a
   * `FakeManilaTimeoutError` where there never are.
   */
  async wait(count: number, filters: RequestFilters & { timeout?: Duration } = {}): Promise<JournalRequest[]> {
    const { timeout = "10s", ...others } = filters;
    return (await this.#find({ ...others, count, wait: String(timeout) })).requests;
  }

  /** Forgets what was asked. */
  async clear(): Promise<void> {
    await this.#control.DELETE("/_fakemanila/requests");
  }

  /** One request, and why it was answered so; `"last"` is the newest one that was refused. */
  explain(id = "last"): Promise<ExplainedRequest> {
    return body(this.#control.GET("/_fakemanila/requests/{request_id}", { params: { path: { request_id: id } } }));
  }

  /** The journal as curl commands, which take their token from `$OS_TOKEN`. */
  async curl(filters: RequestFilters = {}): Promise<string> {
    const query = asked(filters);
    const { data = "" } = await this.#control.GET("/_fakemanila/requests.curl", { params: { query }, parseAs: "text" });
    return data;
  }

  /** The journal as a HAR 1.2 archive. */
  har(filters: RequestFilters = {}): Promise<Record<string, unknown>> {
    return body(this.#control.GET("/_fakemanila/requests.har", { params: { query: asked(filters) } }));
  }

  /** Throws an `AssertionError`, with what did come, unless the operation was asked for as expected. */
  async assertCalled(operation: string, expected: Expected = {}): Promise<void> {
    await this.#assert(operation, expected, this.assertCalled);
  }

  /** Throws an `AssertionError`, with what did come, when the operation was asked for. */
  async assertNotCalled(operation: string, expected: Omit<Expected, "times" | "before"> = {}): Promise<void> {
    await this.#assert(operation, { ...expected, times: 0 }, this.assertNotCalled);
  }

  /** What clients did that works here and hurts in a cloud. */
  async conduct(options: ConductOptions = {}): Promise<Finding[]> {
    const { allow, only, user, since, ended, pollInterval } = options;
    const query = {
      ...(allow?.length ? { allow: allow.join(",") } : {}),
      ...(only?.length ? { only: only.join(",") } : {}),
      ...(user === undefined ? {} : { user }),
      ...(since === undefined ? {} : { since }),
      ...(ended ? { ended: "true" as const } : {}),
      ...(pollInterval === undefined ? {} : { poll_interval: String(pollInterval) }),
    };
    return (await body(this.#control.GET("/_fakemanila/conduct", { params: { query } }))).findings;
  }

  /** Throws an `AssertionError` with the findings, if there are any. */
  async assertGoodConduct(options: ConductOptions = {}): Promise<void> {
    const found = await this.conduct(options);
    if (found.length === 0) return;
    const lines = found.map(({ name, summary }) => `  ${name}: ${summary}`);
    throw new AssertionError(`what was asked hurts in a cloud:\n${lines.join("\n")}`, this.assertGoodConduct);
  }

  async #assert(operation: string, expected: Expected, caller: (...args: never[]) => unknown): Promise<void> {
    const { times, json, before, ...filters } = expected;
    const matched = await this.list({ ...filters, operation });
    const [first] = before === undefined ? [] : await this.list({ operation: before });
    const message = failureOf({ operation, expected, matched, first, everything: await this.list() });
    if (message !== undefined) throw new AssertionError(message, caller);
  }

  #find(query: RequestFilters & { count?: number; wait?: string }) {
    return body(this.#control.GET("/_fakemanila/requests", { params: { query: asked(query) } }));
  }
}

function asked<Query extends RequestFilters>(query: Query) {
  const { status, ...others } = query;
  return status === undefined ? others : { ...others, status: String(status) };
}
