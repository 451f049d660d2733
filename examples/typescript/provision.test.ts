import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { WorldOptions } from "fakemanila";
import { useManila } from "fakemanila/node-test";
import { Manila } from "./manila.js";
import { provision } from "./provision.js";

/** Creates a world with a manual clock, and a provisioner that moves this clock instead of waiting. */
async function setUp(t: TestContext, options: WorldOptions = {}) {
  const world = await useManila(t, { clock: "manual", ...options });
  const manila = await Manila.login(world.env("demo"));
  return { world, run: (name: string) => provision(manila, name, { sleep: (seconds) => world.clock.advance(seconds) }) };
}

test("it waits for ten minutes, and asks less and less often", async (t) => {
  const { world, run } = await setUp(t, { delays: { "shares.create": "10m" } });
  assert.equal((await run("db")).status, "available");
  assert.equal((await world.clock.now()).toISOString(), "2026-01-01T00:10:03.000Z");
  assert.equal(await world.requests.count({ operation: "shares.show" }), 15);
  await world.requests.assertGoodConduct({ allow: ["old-microversion"] });
});

test("a share that is there is taken", async (t) => {
  const { world, run } = await setUp(t);
  const { id } = await world.create("share", { name: "db" });
  assert.equal((await run("db")).id, id);
  await world.requests.assertNotCalled("shares.create");
});

test("a create whose answer got lost leaves one share", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults.add({ operation: "shares.create", do: { commit_then: { reset: true } } }, { times: 1, mustFire: true });
  assert.equal((await run("db")).status, "available");
  assert.equal((await world.records.list("share", { name: "db" })).length, 1);
});

test("a proxy that fails twice is got over", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults.add("lb-502", { operation: "shares.create", times: 2, mustFire: true });
  assert.equal((await run("db")).status, "available");
  await world.requests.assertCalled("shares.create", { times: 3, json: { name: "db", size: 1 } });
});

test("a quota is no reason to try again", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults.add("quota:shares", { mustFire: true });
  await assert.rejects(run("db"), { name: "Refused", status: 413, message: /ShareLimitExceeded/ });
  await world.requests.assertCalled("shares.create", { times: 1 });
});

test("a share that ends in error is told", async (t) => {
  const { world, run } = await setUp(t, { delays: { "shares.create": "30s" } });
  await world.faults.add("share-create-error:capacity-filter", { mustFire: true });
  await assert.rejects(run("db"), /^Error: share [0-9a-f-]{36} is error$/);
});
