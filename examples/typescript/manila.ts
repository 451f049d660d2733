/** A client for the part of the Manila API that the provisioner needs. It uses only `fetch`. */

/** The microversion of all requests. */
const MICROVERSION = "2.65";

export interface Share {
  id: string;
  name: string;
  status: string;
}

/** Thrown if Manila answers with an error status. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Refused";
    this.status = status;
  }
}

export class Manila {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Logs in with the usual environment variables of OpenStack clients, such as `OS_AUTH_URL` and `OS_USERNAME`. */
  static async login(env: Record<string, string | undefined> = process.env): Promise<Manila> {
    const identity = {
      methods: ["password"],
      password: { user: { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain: { id: env.OS_USER_DOMAIN_ID } } },
    };
    const scope = { project: { name: env.OS_PROJECT_NAME, domain: { id: env.OS_PROJECT_DOMAIN_ID } } };
    const answer = await fetch(`${env.OS_AUTH_URL}/auth/tokens`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ auth: { identity, scope } }),
    });
    if (!answer.ok) throw new Refused(answer.status, await answer.text());
    const { token } = (await answer.json()) as { token: { catalog: Service[] } };
    return new Manila(publicUrl(token.catalog), answer.headers.get("X-Subject-Token") ?? "");
  }

  /** Returns the first share with the given name, or undefined if there is none. */
  async find(name: string): Promise<Share | undefined> {
    const { shares } = await this.#call<{ shares: Share[] }>("GET", `/shares/detail?${new URLSearchParams({ name })}`);
    return shares[0];
  }

  /** Creates a share. The size is in GiB. */
  async create(name: string, size: number): Promise<Share> {
    const share = { name, size, share_proto: "NFS" };
    return (await this.#call<{ share: Share }>("POST", "/shares", { share })).share;
  }

  /** Returns the share with the given id. */
  async show(id: string): Promise<Share> {
    return (await this.#call<{ share: Share }>("GET", `/shares/${id}`)).share;
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        "Content-Type": "application/json",
        "X-Auth-Token": this.#token,
        "X-OpenStack-Manila-API-Version": MICROVERSION,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Refused(answer.status, await messageOf(answer));
    return (await answer.json()) as Answer;
  }
}

interface Service {
  type: string;
  endpoints: { interface: string; url: string }[];
}

function publicUrl(catalog: Service[]): string {
  const service = catalog.find(({ type }) => type === "sharev2");
  const endpoint = service?.endpoints.find((each) => each.interface === "public");
  if (endpoint === undefined) throw new Error("the catalog has no public endpoint of type sharev2");
  return endpoint.url;
}

/** Returns the message of an error. Manila's errors have one key: `{"overLimit": {"code": 413, "message": …}}`. */
async function messageOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const [error] = Object.values(JSON.parse(text) as Record<string, { message?: string }>);
    return error?.message ?? text;
  } catch {
    return text;
  }
}
