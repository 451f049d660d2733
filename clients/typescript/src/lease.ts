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
   * Creates a world on `server`, on the server of `FAKEMANILA_URL`, or on one that this process starts once. If the URL
   * includes a world, as in a sweep, the test gets that world unchanged.
   *
   * Ids and random values depend on the seed and the name of the world. To give a test the same values each time, its
   * world is named after the test. On a server that other processes may use, the name is unique instead.
   */
  static async take(test: string, options: WorldOptions, server?: FakeManila): Promise<Lease> {
    if (server !== undefined) return new Lease(await server.world(options), false);
    const url = process.env.FAKEMANILA_URL;
    const manila = await sharedServer();
    if (url?.includes("/worlds/")) return new Lease(manila, true);
    return new Lease(await manila.world(url ? options : { name: worldName(test), ...options }), false);
  }

  /**
   * Removes the world, if it was created for the test. If the test failed, returns the report of the world. If it
   * passed but a fault with `mustFire` never fired, throws an `AssertionError`.
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

/** Returns the server for the tests of this process, and starts it on first use. It ends with the process. */
export function sharedServer(): Promise<FakeManila> {
  const { FAKEMANILA_URL: url, FAKEMANILA_CONTROL_TOKEN: controlToken } = process.env;
  shared ??= url ? FakeManila.attach(url, controlToken ? { controlToken } : {}) : FakeManila.start();
  return shared;
}
