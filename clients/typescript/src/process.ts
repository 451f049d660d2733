import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { CommandError } from "./errors.js";

const GUARD = fileURLToPath(new URL("./guard.js", import.meta.url));
const KEPT = 64 * 1024;
/** The exit status for a command that was not found, as in shells. */
const NOT_FOUND = 127;

export interface ProcessOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  signal?: AbortSignal | undefined;
}

/** A command that ends with this process, even if this process crashes. */
export class GuardedProcess {
  readonly command: readonly string[];
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;
  #output = "";

  constructor(command: readonly string[], { env = {}, cwd, signal }: ProcessOptions = {}) {
    signal?.throwIfAborted();
    this.command = command;
    this.#child = spawn(process.execPath, [GUARD, ...command], {
      // NODE_OPTIONS may preload modules that are not meant for the guard.
      env: { ...process.env, NODE_OPTIONS: undefined, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#closed = once(this.#child, "close").then(([code]) => code as number | null);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT);
      });
    }
    this.#child.stdin?.on("error", () => undefined); // the guard may end first
    if (signal !== undefined) {
      const stop = () => void this.stop();
      signal.addEventListener("abort", stop, { once: true });
      const forget = () => signal.removeEventListener("abort", stop);
      this.#closed.then(forget, forget);
    }
  }

  /** The end of what the command wrote to standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  /** Waits until standard output matches. Throws a `CommandError` if the command exits first. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    let text = "";
    const found = new Promise<RegExpExecArray>((resolve) => {
      this.#child.stdout?.on("data", (more: string) => {
        text += more;
        const match = pattern.exec(text);
        if (match !== null) resolve(match);
      });
    });
    const ended = this.#closed.then((code) => {
      throw this.failure(code, "exited before it was ready");
    });
    const match = await Promise.race([found, ended]);
    ended.catch(() => undefined); // it rejects later
    return match;
  }

  /** Waits until the command has ended, and returns its exit status. */
  exitStatus(): Promise<number | null> {
    return this.#closed;
  }

  failure(code: number | null, what: string): CommandError {
    const hint = "command not found; run pip install fakemanila, or set the option 'fakemanila'";
    const reason = code === NOT_FOUND ? hint : this.#output.trim();
    const message = `'${this.command.join(" ")}' ${what}: ${reason}`;
    return new CommandError(message, { command: this.command, exitStatus: code, output: this.#output });
  }

  /** Lets this process end while the command runs. The command then ends too. */
  unref(): void {
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      (stream as Socket | null)?.unref();
    }
  }

  /** Stops the command and waits until it has ended. */
  async stop(): Promise<void> {
    this.#child.ref();
    this.#child.stdin?.end();
    await this.#closed;
  }
}
