import { test as base, beforeAll, type TestAPI } from "vitest";
import type { FakeManila } from "./fake-manila.js";
import { Lease, sharedServer } from "./lease.js";
import type { WorldOptions } from "./options.js";
import type { World } from "./world.js";

/** The fixtures of {@link test}. */
export interface ManilaFixtures {
  /** A new world for the test. */
  manila: World;
  /** The initial state of the world: `test.extend({ manilaOptions: { clock: "manual" } })`. */
  manilaOptions: WorldOptions;
  /** The server of the world. Default: the server of `FAKEMANILA_URL`, or one that is started once per worker. */
  manilaServer: FakeManila | undefined;
}

// Starts the server before the tests, so that the start doesn't count towards the timeout of a test. Errors are ignored
// here: tests with a `manilaServer` don't need this server, and the others report the error themselves.
beforeAll(() => sharedServer().then(ignored, ignored), 60_000);

function ignored(): void {}

/**
 * Vitest's `test` with the fixture `manila`: a new world for the test, which is removed when the test ends. If the test
 * failed, the report of the world is printed. If it passed but a fault with `mustFire` never fired, it fails.
 */
export const test: TestAPI<ManilaFixtures> = base.extend<ManilaFixtures>({
  manilaOptions: {},
  manilaServer: undefined,
  manila: async ({ manilaOptions, manilaServer, task }, use) => {
    const lease = await Lease.take(task.name, manilaOptions, manilaServer);
    await use(lease.world);
    const report = await lease.end(task.result?.state !== "fail");
    if (report !== undefined) console.error(report);
  },
});
