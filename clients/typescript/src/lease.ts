import { FakeManila } from "./fake-manila.js";
import type { WorldOptions } from "./options.js";
import type { World } from "./world.js";

/** The world of one test. */
export class Lease {
  readonly world: World;
  readonly #given: boolean;

  private constructor(world: World, given: boolean) {
    this.world = world;
    this.#given = given;
  }

  /**
   * A new world on `server`, or on that of `FAKEMANILA_URL`, or on one that this process starts once. Where the URL
   * has a world in it, as in a sweep, that world is the test's as it is.
   *
   * Ids and draws depend on the seed and on the world's name. So that a test gets the same ones each time, its world is
   * called after it, but where others may be using the server: there the name is one that nobody else has.
   */
  static async take(test: string, options: WorldOptions, server?: FakeManila): Promise<Lease> {
    if (server !== undefined) return new Lease(await server.world(options), false);
    const url = process.env.FAKEMANILA_URL;
    const manila = await sharedServer();
    if (url?.includes("/worlds/")) return new Lease(manila, true);
    return new Lease(await manila.world(url ? options : { name: worldName(test), ...options }), false);
  }

  /**
   * Gives the world back. Returns what went on where the test failed; throws an `AssertionError` where it passed, and a
   * fault with `mustFire` never fired.
   */
  async end(passed: boolean): Promise<string | undefined> {
    try {
      if (!passed) return await this.world.report();
      await this.world.assertFaultsFired();
      return undefined;
    } finally {
      if (!this.#given) await this.world.drop();
    }
  }
}

const used = new Map<string, number>();

function worldName(test: string): string {
  const name = `test-${test.replace(/[^\w.-]+/g, "-").slice(0, 50)}`;
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

let shared: Promise<FakeManila> | undefined;

/** The server for the tests of this process. It ends with the process. */
export function sharedServer(): Promise<FakeManila> {
  const { FAKEMANILA_URL: url, FAKEMANILA_CONTROL_TOKEN: controlToken } = process.env;
  shared ??= url ? FakeManila.attach(url, controlToken ? { controlToken } : {}) : FakeManila.start();
  return shared;
}
