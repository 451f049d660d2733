/**
 * A call of the control plane that was refused, or that nobody has answered.
 *
 * `message` is what the server says: the field, its value, and what would be right.
 */
export class FakeManilaError extends Error {
  /** What was asked: `"POST /_fakemanila/faults"`. */
  readonly operation: string;
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** The body of the answer, JSON where it is some. */
  readonly body: unknown;

  constructor(message: string, details: { operation: string; status?: number; body?: unknown; cause?: unknown }) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.operation = details.operation;
    this.status = details.status;
    this.body = details.body;
  }
}

/** Something was waited for, and didn't come in time. `body` has what was seen. */
export class FakeManilaTimeoutError extends FakeManilaError {}

/** Something is not as a test expects it. Every test runner takes it for a failed assertion. */
export class AssertionError extends Error {
  /** @param caller what was called: the stack begins where that was. */
  constructor(message: string, caller: (...args: never[]) => unknown) {
    super(message);
    this.name = new.target.name;
    Error.captureStackTrace(this, caller);
  }
}

/** `fakemanila serve` or `fakemanila sweep` could not do its work. `output` is what it wrote. */
export class CommandError extends Error {
  readonly command: readonly string[];
  /** The exit status; null where a signal ended it, or it couldn't be started. */
  readonly exitStatus: number | null;
  readonly output: string;

  constructor(
    message: string,
    details: { command: readonly string[]; exitStatus: number | null; output: string; cause?: unknown },
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.command = details.command;
    this.exitStatus = details.exitStatus;
    this.output = details.output;
  }
}
