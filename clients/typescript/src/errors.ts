/**
 * Thrown if the control plane rejects a call or doesn't answer.
 *
 * `message` is the error message of the server. If a field is wrong, it names the field, its value and the valid
 * values.
 */
export class FakeManilaError extends Error {
  /** The method and path of the call, such as `"POST /_fakemanila/faults"`. */
  readonly operation: string;
  /** The HTTP status, or undefined if there was no answer. */
  readonly status: number | undefined;
  /** The body of the answer: parsed if it is JSON, else a string. */
  readonly body: unknown;

  constructor(message: string, details: { operation: string; status?: number; body?: unknown; cause?: unknown }) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.operation = details.operation;
    this.status = details.status;
    this.body = details.body;
  }
}

/** Thrown if a wait times out. `body` contains the state at that time. */
export class FakeManilaTimeoutError extends FakeManilaError {}

/** Thrown by assertions. Every test runner reports it as a failed assertion. */
export class AssertionError extends Error {
  /** @param caller - the assertion that was called. It and its callees are left out of the stack trace. */
  constructor(message: string, caller: (...args: never[]) => unknown) {
    super(message);
    this.name = new.target.name;
    Error.captureStackTrace(this, caller);
  }
}

/** Thrown if `fakemanila serve` or `fakemanila sweep` fails. */
export class CommandError extends Error {
  readonly command: readonly string[];
  /** The exit status, or null if a signal ended the command or it was not ready in time. */
  readonly exitStatus: number | null;
  /** The end of what the command wrote to standard output and standard error. */
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
