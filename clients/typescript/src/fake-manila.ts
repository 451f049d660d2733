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
/** How long a server may take to be ready, in milliseconds. It normally takes less than a second. */
const PATIENCE = 60_000;

/** Options of {@link FakeManila.start}: how the server starts, and the initial state of its worlds. */
export interface StartOptions extends Omit<WorldOptions, "scenario"> {
  /** One or several scenarios: names of built-in scenarios, files, or objects. */
  scenario?: string | Scenario | readonly (string | Scenario)[];
  /** The token that the control plane will require. Default: none. */
  controlToken?: string;
  /** The fakemanila command, such as `["python", "-m", "fakemanila"]`. Default: `["fakemanila"]`. */
  fakemanila?: readonly string[];
  /** More arguments for `fakemanila serve`. */
  args?: readonly string[];
  /** Aborting it cancels the start, or stops the running server. */
  signal?: AbortSignal;
}

/** Options of {@link FakeManila.attach}. */
export interface AttachOptions {
  /** The token for the control plane. */
  controlToken?: string;
  /** The function that sends requests. Default: the global `fetch`. */
  fetch?: Connection["fetch"];
}

/**
 * A server. It is also the default world of the server, or the world whose URL you passed to
 * {@link FakeManila.attach}.
 *
 * With `await using`, the end of the block stops a server from {@link FakeManila.start}. A server from
 * {@link FakeManila.attach} keeps running. If a fault with `mustFire` never fired, the end of the block throws an
 * `AssertionError`.
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
   * Starts `fakemanila serve` on a free port, and resolves when it is ready. The server ends with this process, even if
   * this process crashes, and it doesn't keep this process running. Throws a `CommandError` with the output of the
   * server if it can't start.
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
        // If it is undefined, the server must not get a token from the environment of this process.
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
   * Connects to a running server. The URL may include a world, such as `http://127.0.0.1:8786/worlds/ci-17`. Throws a
   * `FakeManilaError` if no fakemanila server answers there.
   */
  static async attach(url: string, { controlToken, fetch }: AttachOptions = {}): Promise<FakeManila> {
    const [base = "", name] = url.replace(/\/+$/, "").split("/worlds/");
    const world = name === undefined ? undefined : decodeURIComponent(name);
    const manila = new FakeManila({ url: base, controlToken, fetch }, world, undefined);
    await manila.health();
    return manila;
  }

  /** Returns the version of the server, its worlds, and the OpenStack release that it imitates. */
  health(): Promise<Health> {
    return body(this.control.GET("/_fakemanila/health"));
  }

  /** Runs `fakemanila sweep` on this server. See {@link sweep}. */
  sweep(command: readonly string[], options: Omit<SweepOptions, "url" | "controlToken"> = {}): Promise<SweepResult> {
    const { url, controlToken } = this.#server;
    return sweep(command, { ...options, url, ...(controlToken === undefined ? {} : { controlToken }) });
  }

  /** Stops the server and discards its worlds. A server from {@link FakeManila.attach} keeps running. */
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

/** Returns the values for `--scenario`: names and files unchanged, objects written to files. */
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

/** Returns the address of a server as soon as it accepts connections. */
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
