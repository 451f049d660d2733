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
   */
  static async take(options: WorldOptions, server?: FakeManila): Promise<Lease> {
    const given = server === undefined && (process.env.FAKEMANILA_URL ?? "").includes("/worlds/");
    const manila = server ?? (await sharedServer());
    return new Lease(given ? manila : await manila.world(options), given);
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

let shared: Promise<FakeManila> | undefined;

/** The server for the tests of this process. It ends with the process. */
function sharedServer(): Promise<FakeManila> {
  const { FAKEMANILA_URL: url, FAKEMANILA_CONTROL_TOKEN: controlToken } = process.env;
  shared ??= url ? FakeManila.attach(url, controlToken ? { controlToken } : {}) : FakeManila.start();
  return shared;
}
