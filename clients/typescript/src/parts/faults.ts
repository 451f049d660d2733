import { body, type Control } from "../control.js";
import { FakeManilaError } from "../errors.js";
import type { Effect, FaultState, Match, Preset, Rule, When } from "../types.js";

/** What a rule says besides its preset or its own fields: keys of its match and of its when, its name, its effect. */
export interface FaultOptions extends Match, When {
  /** What the journal calls it. */
  name?: string;
  /** A test in which it never fires fails. */
  mustFire?: boolean;
  do?: Effect;
}

const WHEN = ["after", "times", "every", "probability", "between", "sequence"] as const;

/** The rules of the world. */
export class Faults {
  readonly #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Adds a preset, by its name, or a rule: `add("quota:snapshots", { times: 1 })`, `add({ operation, do: { reset: true } })`. */
  async add(fault: Rule | FaultOptions, options: FaultOptions = {}): Promise<Fault> {
    return new Fault(
      this.#control,
      await body(this.#control.POST("/_fakemanila/faults", { body: rule(fault, options) })),
    );
  }

  /** The rules, in their order, with how often each matched and fired. */
  async list(): Promise<Fault[]> {
    const { faults } = await body(this.#control.GET("/_fakemanila/faults"));
    return faults.map((each) => new Fault(this.#control, each));
  }

  /** One rule, by its id. */
  async get(id: string): Promise<Fault> {
    return new Fault(this.#control, await show(this.#control, id));
  }

  /** Takes all of them away. */
  async clear(): Promise<void> {
    await this.#control.DELETE("/_fakemanila/faults");
  }

  /** The faults with names. */
  async presets(): Promise<Preset[]> {
    return (await body(this.#control.GET("/_fakemanila/faults/presets"))).presets;
  }
}

/** A rule. At the end of `await using` it is taken away. */
export class Fault implements AsyncDisposable {
  readonly #control: Control;
  /** As it was when it was asked for; {@link refresh} asks again. */
  state: FaultState;

  constructor(control: Control, state: FaultState) {
    this.#control = control;
    this.state = state;
  }

  get id(): string {
    return this.state.id;
  }

  /** What the journal calls it. */
  get name(): string {
    return this.state.name ?? this.state.preset ?? this.state.id;
  }

  /** How many requests it has done something to, by now. */
  async fired(): Promise<number> {
    return (await this.refresh()).fired;
  }

  async refresh(): Promise<FaultState> {
    this.state = await show(this.#control, this.id);
    return this.state;
  }

  /** Takes it away; one that is gone already, by a reset or otherwise, is none the less. */
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

/** The JSON of a rule; whether it is right, the server says. */
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
