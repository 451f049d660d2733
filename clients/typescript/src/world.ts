import { randomUUID } from "node:crypto";
import { body, type Connection, type Control, connect } from "./control.js";
import { environment, type Login } from "./environment.js";
import { AssertionError } from "./errors.js";
import { labelOf, line, neverFired, transitionLine } from "./lines.js";
import { scenarioOf, type WorldOptions } from "./options.js";
import { Checkpoints } from "./parts/checkpoints.js";
import { Clock } from "./parts/clock.js";
import { Delays } from "./parts/delays.js";
import { Faults } from "./parts/faults.js";
import { Paused } from "./parts/paused.js";
import { Records } from "./parts/records.js";
import { Requests } from "./parts/requests.js";
import { State } from "./parts/state.js";
import { Transitions } from "./parts/transitions.js";
import type { Difference, Resource, Scenario } from "./types.js";

/** The name of the world at the address of the server. */
const DEFAULT = "default";

/**
 * A world of a server. Each world is a separate cloud with its own records, users, clock, faults and journal.
 *
 * With `await using`, the end of the block removes the world. If a fault with `mustFire` never fired, it throws an
 * `AssertionError`.
 */
export class World implements AsyncDisposable {
  /** The name of the world. */
  readonly name: string;
  /** The address of the world, without a trailing slash. The shares are at `${url}/v2/shares`. */
  readonly url: string;
  /** The address of Keystone, where clients log in. */
  readonly authUrl: string;
  /** All operations of the control plane, including those without a method in this class. */
  readonly control: Control;
  readonly clock: Clock;
  readonly delays: Delays;
  readonly faults: Faults;
  readonly paused: Paused;
  readonly requests: Requests;
  readonly records: Records;
  readonly transitions: Transitions;
  readonly checkpoints: Checkpoints;
  readonly state: State;
  readonly #server: Connection;

  /** @param server - the server, with an address that doesn't include a world. */
  constructor(server: Connection, name: string = DEFAULT) {
    this.#server = server;
    this.name = name;
    this.url = name === DEFAULT ? server.url : `${server.url}/worlds/${encodeURIComponent(name)}`;
    this.authUrl = `${this.url}/identity/v3`;
    this.control = connect({ ...server, url: this.url });
    this.clock = new Clock(this.control);
    this.delays = new Delays(this.control);
    this.faults = new Faults(this.control);
    this.paused = new Paused(this.control);
    this.requests = new Requests(this.control);
    this.records = new Records(this.control);
    this.transitions = new Transitions(this.control);
    this.checkpoints = new Checkpoints(this.control);
    this.state = new State(this.control);
  }

  /**
   * Creates a world on the same server, with the given initial state. Without `name` it gets a unique name. If you pass
   * a string, returns the world with that name, in its current state if it exists.
   */
  async world(options: string | (WorldOptions & { name?: string }) = {}): Promise<World> {
    if (typeof options === "string") return new World(this.#server, options);
    const { name = `test-${randomUUID()}`, ...others } = options;
    const made = new World(this.#server, name);
    await made.reset(others);
    return made;
  }

  /**
   * Copies this world, or one of its checkpoints, to a new world. The copy continues independently. With `replace`, an
   * existing world of that name is replaced.
   */
  async fork(name: string, options: { checkpoint?: string; replace?: boolean } = {}): Promise<World> {
    const { checkpoint, replace = false } = options;
    await this.control.POST("/_fakemanila/worlds/{name}", {
      params: { path: { name } },
      body: { from: checkpoint === undefined ? `world:${this.name}` : `checkpoint:${checkpoint}`, replace },
    });
    return new World(this.#server, name);
  }

  /**
   * Restores the initial state: records, clock, faults, journal, users and seed. If you pass options, they become the
   * initial state, also for later resets. `{}` means the initial state of all new worlds of the server.
   */
  async reset(options?: WorldOptions): Promise<void> {
    await this.control.POST("/_fakemanila/reset", options === undefined ? {} : { body: scenarioOf(options) });
  }

  /** Adds the contents of a scenario to the world, without a reset. Returns the created resources. */
  async apply(scenario: Scenario): Promise<Resource[]> {
    return (await body(this.control.POST("/_fakemanila/scenario", { body: scenario }))).resources;
  }

  /** Adds a resource to the world: `create("share", { name: "db", size: 5 })`. */
  async create(kind: string, fields: Record<string, unknown> = {}): Promise<Resource> {
    const [made] = await this.apply({ resources: [{ kind, ...fields }] });
    if (made === undefined) throw new TypeError(`the server created no ${kind}`);
    return made;
  }

  /**
   * Returns the differences between `from` and `to`. `to` defaults to the current state of this world. Both are
   * `checkpoint:NAME` or `world:NAME`, or just a name if it is unambiguous.
   */
  diff(from: string, to?: string): Promise<Difference> {
    const query = to === undefined ? { from } : { from, to };
    return body(this.control.GET("/_fakemanila/diff", { params: { query } }));
  }

  /** Returns the environment variables with which OpenStack clients use this world as the given user. */
  env(user = "demo", login: Login = {}): Record<string, string> {
    return environment(this.url, user, login);
  }

  /** Returns a readable summary: the time, the newest requests, the transitions in progress and the fault rules. */
  async report(limit = 20): Promise<string> {
    const [clock, total, newest, pending, faults] = await Promise.all([
      this.clock.show(),
      this.requests.count(),
      this.requests.list({ limit }),
      this.transitions.list(),
      this.faults.list(),
    ]);
    const said = total === 0 ? "none" : total === newest.length ? total : `the last ${newest.length} of ${total}`;
    return [
      `world ${this.name} at ${clock.now} (${clock.mode} clock)`,
      `requests: ${said}`,
      ...newest.map((request) => `  ${line(request)}`),
      ...(pending.length > 0 ? ["under way:", ...pending.map((each) => `  ${transitionLine(each)}`)] : []),
      ...(faults.length > 0 ? ["faults:"] : []),
      ...faults.map(({ state }) => `  ${labelOf(state)}: matched ${state.matched}, fired ${state.fired}`),
    ].join("\n");
  }

  /** Throws an `AssertionError` if a fault with `mustFire` never fired. The message lists the nearest requests. */
  async assertFaultsFired(): Promise<void> {
    const idle = (await this.faults.list()).filter(({ state }) => state.must_fire && state.fired === 0);
    if (idle.length === 0) return;
    throw new AssertionError(idle.map(({ state }) => neverFired(state)).join("\n"), this.assertFaultsFired);
  }

  /** Removes the world. If you use it again, the server creates a new one. */
  async drop(): Promise<void> {
    await this.control.DELETE("/_fakemanila/worlds/{name}", { params: { path: { name: this.name } } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.assertFaultsFired();
    } finally {
      await this.drop();
    }
  }
}
