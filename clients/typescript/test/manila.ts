import type { World } from "fakemanila";

/** As much of a client of Manila as the tests need: it logs in as a user, and calls. */
export class Client {
  readonly #base: string;
  readonly #token: string;

  private constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  static async login({ url, authUrl }: Pick<World, "url" | "authUrl">, name = "demo"): Promise<Client> {
    const domain = { id: "default" };
    const identity = { methods: ["password"], password: { user: { name, domain, password: "secret" } } };
    const answer = await fetch(`${authUrl}/auth/tokens`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ auth: { identity, scope: { project: { name: "demo", domain } } } }),
    });
    return new Client(`${url}/v2`, answer.headers.get("X-Subject-Token") ?? "");
  }

  async call(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
    const answer = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        "X-Auth-Token": this.#token,
        "X-OpenStack-Manila-API-Version": "2.65",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  }

  async createShare(name: string): Promise<Share> {
    const { body } = await this.call("POST", "/shares", { share: { name, size: 1, share_proto: "NFS" } });
    return body.share as Share;
  }
}

type Body = Record<string, unknown>;

interface Share {
  id: string;
  status: string;
}
