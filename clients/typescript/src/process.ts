import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { CommandError } from "./errors.js";

const GUARD = fileURLToPath(new URL("./guard.js", import.meta.url));
const KEPT = 64 * 1024;
/** The exit status for a command that there isn't, as shells have it. */
const NOT_FOUND = 127;

export interface ProcessOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  signal?: AbortSignal | undefined;
}

/** A command that ends with this process, whatever ends that. */
export class GuardedProcess {
  readonly command: readonly string[];
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;
  #output = "";

  constructor(command: readonly string[], { env = {}, cwd, signal }: ProcessOptions = {}) {
    signal?.throwIfAborted();
    this.command = command;
    this.#child = spawn(process.execPath, [GUARD, ...command], {
      // What is preloaded into this process is not for the guard.
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
    this.#child.stdin?.on("error", () => undefined); // it has ended first
    if (signal !== undefined) {
      const stop = () => void this.stop();
      signal.addEventListener("abort", stop, { once: true });
      const forget = () => signal.removeEventListener("abort", stop);
      this.#closed.then(forget, forget);
    }
  }

  /** The end of what it has written, to standard output and error. */
  get output(): string {
    return this.#output;
  }

  /** The first line of standard output that matches. Throws a `CommandError` when it ends without. */
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
      throw this.failure(code, "ended before it was ready");
    });
    const match = await Promise.race([found, ended]);
    ended.catch(() => undefined); // it ends one day
    return match;
  }

  /** Its exit status, once it has ended. */
  exitStatus(): Promise<number | null> {
    return this.#closed;
  }

  failure(code: number | null, what: string): CommandError {
    const hint = "is it installed? pip install fakemanila, or say where it is with the option 'fakemanila'";
    const reason = code === NOT_FOUND ? hint : this.#output.trim();
    const message = `'${this.command.join(" ")}' ${what}: ${reason}`;
    return new CommandError(message, { command: this.command, exitStatus: code, output: this.#output });
  }

  /** From now on this process may end while that one still runs, which then ends too. */
  unref(): void {
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      (stream as Socket | null)?.unref();
    }
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#child.ref();
    this.#child.stdin?.end();
    await this.#closed;
  }
}
