import { body, type Control } from "../control.js";
import { AssertionError } from "../errors.js";
import { type Expected, failureOf } from "../expected.js";
import type { Duration, ExplainedRequest, Finding, JournalRequest, RequestFilters } from "../types.js";

/** Options of {@link Requests.conduct}. */
export interface ConductOptions {
  /** Names of findings to ignore. */
  allow?: readonly string[];
  /** Names of findings to look for. Default: all. */
  only?: readonly string[];
  /** The id or name of a user. Only this user's requests are checked. */
  user?: string;
  /** Only later requests are checked: a time of the world's clock, or the id of a request. */
  since?: string;
  /** The clients have finished, so resources that they created and didn't delete are findings. */
  ended?: boolean;
  /** The shortest acceptable interval between two polls of a resource that is changing. Default: one second. */
  pollInterval?: Duration;
}

/** The journal of a world: the requests that clients sent. */
export class Requests {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the requests that meet all filters, oldest first. */
  async list(filters: RequestFilters = {}): Promise<JournalRequest[]> {
    return (await this.#find(filters)).requests;
  }

  /** Returns the number of requests that meet all filters. */
  async count(filters: Omit<RequestFilters, "limit"> = {}): Promise<number> {
    return (await this.#find({ ...filters, limit: 0 })).total;
  }

  /** Returns the newest request that meets all filters, or undefined if there is none. */
  async last(filters: Omit<RequestFilters, "limit"> = {}): Promise<JournalRequest | undefined> {
    return (await this.list({ ...filters, limit: 1 })).at(-1);
  }

  /**
   * Waits in real time until `count` requests meet all filters, and returns them. `timeout` is at most one minute;
   * default: 10 seconds. Throws a `FakeManilaTimeoutError` if it times out.
   */
  async wait(count: number, filters: RequestFilters & { timeout?: Duration } = {}): Promise<JournalRequest[]> {
    const { timeout = "10s", ...others } = filters;
    return (await this.#find({ ...others, count, wait: String(timeout) })).requests;
  }

  /** Removes all requests from the journal. */
  async clear(): Promise<void> {
    await this.#control.DELETE("/_fakemanila/requests");
  }

  /** Returns a request and the reasons for its answer. `"last"` is the newest request that was refused. */
  explain(id = "last"): Promise<ExplainedRequest> {
    return body(this.#control.GET("/_fakemanila/requests/{request_id}", { params: { path: { request_id: id } } }));
  }

  /** Returns the requests as curl commands. They read the token from `$OS_TOKEN`. */
  async curl(filters: RequestFilters = {}): Promise<string> {
    const query = asked(filters);
    const { data = "" } = await this.#control.GET("/_fakemanila/requests.curl", { params: { query }, parseAs: "text" });
    return data;
  }

  /** Returns the requests as a HAR 1.2 archive. */
  har(filters: RequestFilters = {}): Promise<Record<string, unknown>> {
    return body(this.#control.GET("/_fakemanila/requests.har", { params: { query: asked(filters) } }));
  }

  /** Throws an `AssertionError` unless the operation was called as expected. The message lists the newest requests. */
  async assertCalled(operation: string, expected: Expected = {}): Promise<void> {
    await this.#assert(operation, expected, this.assertCalled);
  }

  /** Throws an `AssertionError` if the operation was called. The message lists the newest requests. */
  async assertNotCalled(operation: string, expected: Omit<Expected, "times" | "before"> = {}): Promise<void> {
    await this.#assert(operation, { ...expected, times: 0 }, this.assertNotCalled);
  }

  /** Returns findings about the clients: requests that work here but cause problems in a real cloud. */
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

  /** Throws an `AssertionError` if {@link conduct} returns findings. The message lists them. */
  async assertGoodConduct(options: ConductOptions = {}): Promise<void> {
    const found = await this.conduct(options);
    if (found.length === 0) return;
    const lines = found.map(({ name, summary }) => `  ${name}: ${summary}`);
    throw new AssertionError(
      `these requests cause problems in a real cloud:\n${lines.join("\n")}`,
      this.assertGoodConduct,
    );
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
