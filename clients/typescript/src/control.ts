import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { paths } from "./control-plane.js";
import { FakeManilaError, FakeManilaTimeoutError } from "./errors.js";

/**
 * A typed client for all operations of the control plane, by method and path: `control.GET("/_fakemanila/clock")`. It
 * is an openapi-fetch client. Unlike other such clients, it throws a {@link FakeManilaError} if the server rejects a
 * call or doesn't answer.
 */
export type Control = Client<paths>;

/** How to reach a server. */
export interface Connection {
  /** The address, without a trailing slash. */
  readonly url: string;
  /** The token for the control plane. */
  readonly controlToken?: string | undefined;
  /** The function that sends requests. Default: the global `fetch`. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

export function connect({ url, controlToken, fetch }: Connection): Control {
  const control = createClient<paths>({
    baseUrl: url,
    querySerializer: { object: { style: "form", explode: true } }, // attributes of records are parameters themselves
    ...(fetch === undefined ? {} : { fetch }),
    ...(controlToken === undefined ? {} : { headers: { "X-Fakemanila-Token": controlToken } }),
  });
  control.use(refusals);
  return control;
}

const refusals: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    if (response.ok) return undefined;
    const body = parsed(await response.text());
    const operation = `${request.method} ${schemaPath}`;
    const message = said(body) ?? `${request.url} answered ${response.status}; is it a fakemanila server?`;
    const Refusal = response.status === 408 ? FakeManilaTimeoutError : FakeManilaError;
    throw new Refusal(message, { operation, status: response.status, body });
  },
  onError({ request, error, schemaPath }) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new FakeManilaError(`cannot reach ${new URL(request.url).origin}: ${reason}`, {
      operation: `${request.method} ${schemaPath}`,
      cause: error,
    });
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function said(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "error" in body ? String(body.error) : undefined;
}

/** Returns the body of an answer. The client of {@link connect} has thrown already if the call failed. */
export async function body<Data>(answer: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const { data, response } = await answer;
  if (data === undefined) {
    throw new FakeManilaError(`${response.url} answered without a body; is it a fakemanila server?`, {
      operation: `GET ${new URL(response.url).pathname}`,
      status: response.status,
    });
  }
  return data;
}
