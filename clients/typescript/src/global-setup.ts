// Starts one server for all processes of a test run, with vitest's `globalSetup` or Node's `--test-global-setup`. The
// tests find it with FAKEMANILA_URL. If that is set already, no server is started.
import { FakeManila } from "./fake-manila.js";

let manila: FakeManila | undefined;

/** Starts a server and sets `FAKEMANILA_URL`, unless that is set already. */
export async function setup(): Promise<void> {
  if (process.env.FAKEMANILA_URL) return;
  manila = await FakeManila.start();
  process.env.FAKEMANILA_URL = manila.url;
}

/** Stops the server that {@link setup} started. */
export async function teardown(): Promise<void> {
  if (manila === undefined) return;
  delete process.env.FAKEMANILA_URL;
  await manila.stop();
}

export { setup as globalSetup, teardown as globalTeardown };
