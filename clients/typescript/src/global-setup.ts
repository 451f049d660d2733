// One server for all processes of a test run, for vitest's `globalSetup` and for Node's `--test-global-setup`: their
// tests find it by FAKEMANILA_URL. Where that is set already, it is used, and nothing is started.
import { FakeManila } from "./fake-manila.js";

let manila: FakeManila | undefined;

export async function setup(): Promise<void> {
  if (process.env.FAKEMANILA_URL) return;
  manila = await FakeManila.start();
  process.env.FAKEMANILA_URL = manila.url;
}

export async function teardown(): Promise<void> {
  if (manila === undefined) return;
  delete process.env.FAKEMANILA_URL;
  await manila.stop();
}

export { setup as globalSetup, teardown as globalTeardown };
