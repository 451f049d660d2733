import assert from "node:assert/strict";
import { test } from "node:test";
import { useManila } from "fakemanila/node-test";

test("fails after a request", async (t) => {
  const manila = await useManila(t);
  await fetch(`${manila.url}/v2/shares`);
  assert.equal(1, 2);
});

test("a fault never fires", async (t) => {
  const manila = await useManila(t);
  await manila.faults.add("quota:snapshots", { mustFire: true });
});

test("passes, in a world of its own", async (t) => {
  const manila = await useManila(t, { clock: "manual", seed: 3 });
  assert.equal(await manila.requests.count(), 0);
  await fetch(`${manila.url}/v2/shares`);
  console.log(`world=${manila.name} id=${(await manila.create("share")).id}`);
});
