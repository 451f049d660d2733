import type { TestContext } from "node:test";
import type { FakeManila } from "./fake-manila.js";
import { Lease } from "./lease.js";
import type { WorldOptions } from "./options.js";
import type { World } from "./world.js";

export interface UseOptions extends WorldOptions {
  /** The server in which the world is; unless given that of `FAKEMANILA_URL`, or one that is started once a process. */
  server?: FakeManila;
}

/**
 * A world of its own for a test of `node:test`. When the test has ended it is dropped; a test that failed shows what was
 * asked, and one that passed although a fault with `mustFire` never fired fails.
 */
export async function useManila(t: TestContext, { server, ...options }: UseOptions = {}): Promise<World> {
  const lease = await Lease.take(t.name, options, server);
  t.after(async () => {
    const { passed } = t as TestContext & { passed: boolean }; // Node has it since 20.12, its types since 24
    const report = await lease.end(passed);
    if (report !== undefined) t.diagnostic(report);
  });
  return lease.world;
}
