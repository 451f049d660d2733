import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { body, type Connection } from "./control.js";
import { scenarioOf, type WorldOptions } from "./options.js";
import { GuardedProcess } from "./process.js";
import { type SweepOptions, type SweepResult, sweep } from "./sweep.js";
import type { Health, Scenario } from "./types.js";
import { World } from "./world.js";

const READY = /^fakemanila ready url=(\S+)/m;
/** Milliseconds. A server is ready in less than one of them times a thousand; a busy machine takes longer. */
const PATIENCE = 60_000;

/** How a server is started, and what every world of it starts from. */
export interface StartOptions extends Omit<WorldOptions, "scenario"> {
  /** Scenarios: names of those that come with fakemanila, files, or the scenario itself; one, or several. */
  scenario?: string | Scenario | readonly (string | Scenario)[];
  /** What the control plane wants to see. */
  controlToken?: string;
  /** The command: `["fakemanila"]` unless given, or `["python", "-m", "fakemanila"]`. */
  fakemanila?: readonly string[];
  /** Further arguments of `fakemanila serve`. */
  args?: readonly string[];
  /** Ends the start when it is aborted, and the server. */
  signal?: AbortSignal;
}

export interface AttachOptions {
  controlToken?: string;
  /** What sends the requests; the global `fetch` unless given. */
  fetch?: Connection["fetch"];
}

/**
 * A server, and the world `default` of it.
 *
 * At the end of `await using` a server that was started is stopped; one that was attached to is left alone. A fault with
 * `mustFire` that never fired is an `AssertionError` then.
 */
export class FakeManila extends World {
  readonly #server: Connection;
  readonly #process: GuardedProcess | undefined;

  private constructor(server: Connection, world: string | undefined, process: GuardedProcess | undefined) {
    super(server, world);
    this.#server = server;
    this.#process = process;
  }

  /**
   * Starts `fakemanila serve` on a free port. It ends with this process, also where that crashes, and doesn't keep it
   * from ending. Throws a `CommandError` with what the server says where it can't start.
   */
  static async start(options: StartOptions = {}): Promise<FakeManila> {
    const { scenario = [], controlToken, fakemanila = ["fakemanila"], args = [], signal, ...world } = options;
    const folder = await mkdtemp(join(tmpdir(), "fakemanila-"));
    try {
      const files = await scenarioFiles(folder, [scenario].flat(), scenarioOf(world));
      const command = [
        ...fakemanila,
        "serve",
        "--port",
        "0",
        ...files.flatMap((file) => ["--scenario", file]),
        ...args,
      ];
      const server = new GuardedProcess(command, {
        // Where it is undefined the server has none, whatever this process has in its environment for others.
        env: { FAKEMANILA_CONTROL_TOKEN: controlToken, FAKEMANILA_SERVE_CONTROL_TOKEN: controlToken },
        signal,
      });
      const url = await ready(server, signal);
      server.unref();
      return new FakeManila({ url, controlToken }, undefined, server);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /**
   * A server that runs already. The URL may have a world's prefix. Throws a `FakeManilaError` where no fakemanila
   * answers there.
   */
  static async attach(url: string, { controlToken, fetch }: AttachOptions = {}): Promise<FakeManila> {
    const [base = "", name] = url.replace(/\/+$/, "").split("/worlds/");
    const world = name === undefined ? undefined : decodeURIComponent(name);
    const manila = new FakeManila({ url: base, controlToken, fetch }, world, undefined);
    await manila.health();
    return manila;
  }

  /** The server's version, its worlds, which release it is like. */
  health(): Promise<Health> {
    return body(this.control.GET("/_fakemanila/health"));
  }

  /** Runs `fakemanila sweep` on this server. */
  sweep(command: readonly string[], options: Omit<SweepOptions, "url" | "controlToken"> = {}): Promise<SweepResult> {
    const { url, controlToken } = this.#server;
    return sweep(command, { ...options, url, ...(controlToken === undefined ? {} : { controlToken }) });
  }

  /** Stops the server, if this has started it; what its worlds had is gone. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.assertFaultsFired();
    } finally {
      await this.stop();
    }
  }
}

/** What `--scenario` takes: names and files as they are, the rest written into files. */
async function scenarioFiles(folder: string, given: readonly (string | Scenario)[], own: Scenario): Promise<string[]> {
  const all = Object.keys(own).length === 0 ? given : [...given, own];
  return await Promise.all(
    all.map(async (each, index) => {
      if (typeof each === "string") return each;
      const file = join(folder, `${index}.yaml`);
      await writeFile(file, JSON.stringify(each));
      return file;
    }),
  );
}

/** The address of a server, as soon as it accepts connections. */
async function ready(server: GuardedProcess, signal: AbortSignal | undefined): Promise<string> {
  let late = false;
  const patience = setTimeout(() => {
    late = true;
    void server.stop();
  }, PATIENCE);
  try {
    const [, url = ""] = await server.line(READY);
    return url;
  } catch (error) {
    signal?.throwIfAborted();
    throw late ? server.failure(null, `was not ready after ${PATIENCE / 1000} s`) : error;
  } finally {
    clearTimeout(patience);
  }
}
