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

/** The name of the world that the server's own address is about. */
const DEFAULT = "default";

/**
 * A world of a server: a cloud of its own, with its own records, users, clock, faults and journal.
 *
 * At the end of `await using` it is dropped. A fault with `mustFire` that never fired is an `AssertionError` then.
 */
export class World implements AsyncDisposable {
  readonly name: string;
  /** Manila's address, without a slash at its end. */
  readonly url: string;
  /** Keystone's. */
  readonly authUrl: string;
  /** All of the control plane, also what has no name here. */
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

  /** @param server with the address of the server, and not of a world. */
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
   * A new world on the same server, for a test: as the options say, and under a name that nobody else has unless they
   * have one. With a name alone it is the world of that name, as it is by now if it is there.
   */
  async world(options: string | (WorldOptions & { name?: string }) = {}): Promise<World> {
    if (typeof options === "string") return new World(this.#server, options);
    const { name = `test-${randomUUID()}`, ...others } = options;
    const made = new World(this.#server, name);
    await made.reset(others);
    return made;
  }

  /** A new world that goes on as this one would, or as it was at one of its checkpoints. */
  async fork(name: string, options: { checkpoint?: string; replace?: boolean } = {}): Promise<World> {
    const { checkpoint, replace = false } = options;
    await this.control.POST("/_fakemanila/worlds/{name}", {
      params: { path: { name } },
      body: { from: checkpoint === undefined ? `world:${this.name}` : `checkpoint:${checkpoint}`, replace },
    });
    return new World(this.#server, name);
  }

  /**
   * Back to what it started from: records, clock, faults, journal, users, seed. With options it starts from those, now
   * and at each reset to come; `{}` is what the server gives every new world.
   */
  async reset(options?: WorldOptions): Promise<void> {
    await this.control.POST("/_fakemanila/reset", options === undefined ? {} : { body: scenarioOf(options) });
  }

  /** Puts what a scenario has into the world as it is. */
  async apply(scenario: Scenario): Promise<Resource[]> {
    return (await body(this.control.POST("/_fakemanila/scenario", { body: scenario }))).resources;
  }

  /** Puts a resource there, as if it had always been: `create("share", { name: "db", size: 5 })`. */
  async create(kind: string, fields: Record<string, unknown> = {}): Promise<Resource> {
    const [made] = await this.apply({ resources: [{ kind, ...fields }] });
    if (made === undefined) throw new TypeError(`a scenario with one ${kind} has made nothing`);
    return made;
  }

  /**
   * What differs between `from` and `to`, which is this world as it is now unless it is given. Both are
   * `checkpoint:NAME` or `world:NAME`, or a name alone where only one has it.
   */
  diff(from: string, to?: string): Promise<Difference> {
    const query = to === undefined ? { from } : { from, to };
    return body(this.control.GET("/_fakemanila/diff", { params: { query } }));
  }

  /** The environment in which OpenStack's clients, and programs on them, reach this world as that user. */
  env(user = "demo", login: Login = {}): Record<string, string> {
    return environment(this.url, user, login);
  }

  /** What went on, as text: the newest requests, what is under way, the faults. */
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
      `world ${this.name}, ${clock.now} by its ${clock.mode} clock`,
      `requests: ${said}`,
      ...newest.map((request) => `  ${line(request)}`),
      ...(pending.length > 0 ? ["under way:", ...pending.map((each) => `  ${transitionLine(each)}`)] : []),
      ...(faults.length > 0 ? ["faults:"] : []),
      ...faults.map(({ state }) => `  ${labelOf(state)}: matched ${state.matched}, fired ${state.fired}`),
    ].join("\n");
  }

  /** Throws an `AssertionError` for faults with `mustFire` that never fired, with what came nearest to them. */
  async assertFaultsFired(): Promise<void> {
    const idle = (await this.faults.list()).filter(({ state }) => state.must_fire && state.fired === 0);
    if (idle.length === 0) return;
    throw new AssertionError(idle.map(({ state }) => neverFired(state)).join("\n"), this.assertFaultsFired);
  }

  /** Forgets it; its next use finds a new one. */
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
