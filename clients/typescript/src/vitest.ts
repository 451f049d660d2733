import { test as base, beforeAll, type TestAPI } from "vitest";
import type { FakeManila } from "./fake-manila.js";
import { Lease, sharedServer } from "./lease.js";
import type { WorldOptions } from "./options.js";
import type { World } from "./world.js";

export interface ManilaFixtures {
  /** A world of the test's own. */
  manila: World;
  /** What it starts from: `test.extend({ manilaOptions: { clock: "manual" } })`. */
  manilaOptions: WorldOptions;
  /** The server in which it is; unless given that of `FAKEMANILA_URL`, or one that is started once a worker. */
  manilaServer: FakeManila | undefined;
}

// Before the tests of a file, so that their time limits aren't for the start of a server. Where there is a `manilaServer`,
// this one isn't needed, and where it can't be started, the tests that need it say so.
beforeAll(() => sharedServer().then(ignored, ignored), 60_000);

function ignored(): void {}

/**
 * Vitest's `test`, with a world of its own for each test that asks for `manila`. When the test has ended it is dropped; a
 * test that failed shows what was asked, and one that passed although a fault with `mustFire` never fired fails.
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
