import type { TestContext } from "node:test";
import type { FakeManila } from "./fake-manila.js";
import { Lease } from "./lease.js";
import type { WorldOptions } from "./options.js";
import type { World } from "./world.js";

/** Options of {@link useManila}. */
export interface UseOptions extends WorldOptions {
  /** The server of the world. Default: the server of `FAKEMANILA_URL`, or one that is started once per process. */
  server?: FakeManila;
}

/**
 * Creates a world for a test of `node:test`, and removes it when the test ends. If the test failed, the report of the
 * world is printed. If the test passed but a fault with `mustFire` never fired, it fails.
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
