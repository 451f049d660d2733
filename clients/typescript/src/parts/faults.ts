import { body, type Control } from "../control.js";
import { FakeManilaError } from "../errors.js";
import type { Effect, FaultState, Match, Preset, Rule, When } from "../types.js";

/** Options of a fault rule: its name, its effect, and the fields of its `match` and `when`. */
export interface FaultOptions extends Match, When {
  /** The name of the rule in the journal. */
  name?: string;
  /** Fails the test if the rule never fires. */
  mustFire?: boolean;
  /** What the rule does. */
  do?: Effect;
}

const WHEN = ["after", "times", "every", "probability", "between", "sequence"] as const;

/** The fault rules of a world. */
export class Faults {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /**
   * Adds a rule: `add({ operation: "shares.create", do: { reset: true } })`, or a preset:
   * `add("quota:snapshots", { times: 1 })`.
   */
  async add(fault: Rule | FaultOptions, options: FaultOptions = {}): Promise<Fault> {
    return new Fault(
      this.#control,
      await body(this.#control.POST("/_fakemanila/faults", { body: rule(fault, options) })),
    );
  }

  /** Returns all rules in order, including how often each one matched and fired. */
  async list(): Promise<Fault[]> {
    const { faults } = await body(this.#control.GET("/_fakemanila/faults"));
    return faults.map((each) => new Fault(this.#control, each));
  }

  /** Returns the rule with the given id. Throws a `FakeManilaError` with status 404 if it doesn't exist. */
  async get(id: string): Promise<Fault> {
    return new Fault(this.#control, await show(this.#control, id));
  }

  /** Removes all rules. */
  async clear(): Promise<void> {
    await this.#control.DELETE("/_fakemanila/faults");
  }

  /** Returns the predefined faults. */
  async presets(): Promise<Preset[]> {
    return (await body(this.#control.GET("/_fakemanila/faults/presets"))).presets;
  }
}

/** A fault rule. With `await using`, the end of the block removes it. */
export class Fault implements AsyncDisposable {
  readonly #control: Control;
  /** The last known state. {@link refresh} updates it. */
  state: FaultState;

  constructor(control: Control, state: FaultState) {
    this.#control = control;
    this.state = state;
  }

  get id(): string {
    return this.state.id;
  }

  /** The name of the rule in the journal. */
  get name(): string {
    return this.state.name ?? this.state.preset ?? this.state.id;
  }

  /** Returns how often the rule has fired. */
  async fired(): Promise<number> {
    return (await this.refresh()).fired;
  }

  /** Gets the current state from the server. */
  async refresh(): Promise<FaultState> {
    this.state = await show(this.#control, this.id);
    return this.state;
  }

  /** Removes the rule. Does nothing if it no longer exists, for example after a reset. */
  async remove(): Promise<void> {
    try {
      await this.#control.DELETE("/_fakemanila/faults/{fault_id}", { params: { path: { fault_id: this.id } } });
    } catch (error) {
      if (!(error instanceof FakeManilaError && error.status === 404)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

function show(control: Control, id: string): Promise<FaultState> {
  return body(control.GET("/_fakemanila/faults/{fault_id}", { params: { path: { fault_id: id } } }));
}

/** Converts a rule to JSON. The server validates it. */
export function rule(fault: Rule | FaultOptions, options: FaultOptions = {}): Exclude<Rule, string> {
  const given = typeof fault === "string" ? { preset: fault } : fault;
  const { match = {}, when = {}, ...fields } = { ...given, ...options } as Exclude<Rule, string> & FaultOptions;
  const { name, mustFire, preset, do: effect, must_fire = mustFire, ...others } = fields;
  const conditions: Match = { ...match };
  const times: When = { ...when };
  for (const [key, value] of Object.entries(others)) {
    Object.assign(isWhen(key) ? times : conditions, { [key]: value });
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(preset === undefined ? {} : { preset }),
    ...(Object.keys(conditions).length === 0 ? {} : { match: conditions }),
    ...(Object.keys(times).length === 0 ? {} : { when: times }),
    ...(effect === undefined ? {} : { do: effect }),
    ...(must_fire === undefined ? {} : { must_fire }),
  };
}

function isWhen(key: string): key is keyof When {
  return (WHEN as readonly string[]).includes(key);
}
