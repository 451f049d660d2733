import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { FakeManila, type World } from "fakemanila";
import { Client } from "./manila.js";

let manila: FakeManila;
let world: World;
let client: Client;
before(async () => {
  manila = await FakeManila.start({ clock: "manual" });
});
after(() => manila.stop());
beforeEach(async () => {
  world = await manila.world();
  client = await Client.login(world);
});
afterEach(() => world.drop());

async function statusOf(id: string): Promise<unknown> {
  return (await world.records.get("share", id))?.status;
}

test("the clock advances by durations, to what is next, and until nothing is under way", async () => {
  await world.delays.update({ "shares.create": "30s", "snapshots.*": "1h" });
  const { id } = await client.createShare("db");
  assert.deepEqual(await world.clock.advance(29), []);
  assert.equal(await statusOf(id), "creating");
  const [ended] = await world.clock.advance("1s");
  assert.deepEqual([ended?.operation, ended?.resource_id, ended?.status], ["shares.create", id, "available"]);
  await client.createShare("other");
  assert.equal((await world.clock.advanceToNext()).length, 1);
  assert.equal((await world.clock.now()).toISOString(), "2026-01-01T00:01:00.000Z");
  assert.deepEqual(await world.clock.advanceToIdle(), []);
});

test("the clock is set", async () => {
  assert.equal(
    (await world.clock.set({ now: new Date("2031-01-01T00:00:00.250Z") })).now,
    "2031-01-01T00:00:00.250000",
  );
  assert.equal((await world.clock.set({ mode: "real", rate: 60 })).rate, 60);
});

test("a duration that isn't one is refused", async () => {
  await assert.rejects(world.clock.advance("soon"), {
    name: "FakeManilaError",
    status: 400,
    operation: "POST /_fakemanila/clock/advance",
    message: /'soon' is not a valid duration/,
  });
});

test("delays are set, taken away, and replaced", async () => {
  await world.delays.set("shares.create", { uniform: ["1s", "3s"] });
  assert.deepEqual(await world.delays.update({ "shares.create": null, "shares.*": 2 }), {
    default: 0,
    "shares.*": "2s",
  });
  assert.deepEqual(await world.delays.replace({ default: "1s" }), { default: "1s" });
});

test("a preset fires as often as it is told to", async () => {
  const fault = await world.faults.add("lb-502", { operation: "shares.list", times: 1, name: "proxy" });
  assert.equal(fault.name, "proxy");
  assert.equal(await fault.fired(), 0);
  assert.equal((await fetch(`${world.url}/v2/shares`)).status, 401); // it is refused before a fault is looked for
  const first = await client.call("GET", "/shares").catch(() => ({ status: 502 })); // its body is HTML
  assert.equal(first.status, 502);
  assert.equal((await client.call("GET", "/shares")).status, 200);
  assert.equal(await fault.fired(), 1);
  assert.deepEqual(fault.state.when, { times: 1 });
});

test("a rule is written with fields of its own, or as the control plane has it", async () => {
  await world.faults.add({ operation: "shares.list", do: { respond: { status: 503 } }, after: 1 });
  await world.faults.add(
    { name: "whole", match: { project: "demo" }, do: { respond: { status: 418 } } },
    { user: "admin" },
  );
  const [short, whole] = await world.faults.list();
  assert.deepEqual(short?.state.match, { operation: "shares.list" });
  assert.deepEqual(short?.state.when, { after: 1 });
  assert.deepEqual(whole?.state.match, { project: "demo", user: "admin" });
  assert.equal((await client.call("GET", "/shares")).status, 200);
  assert.equal((await client.call("GET", "/shares")).status, 503);
});

test("a rule is there for the length of a block, and found by its id", async () => {
  {
    await using fault = await world.faults.add("quota:snapshots");
    assert.equal((await world.faults.get(fault.id)).name, "quota:snapshots");
  }
  assert.deepEqual(await world.faults.list(), []);
  const gone = await world.faults.add("quota:snapshots");
  await world.faults.clear();
  await gone.remove();
  await assert.rejects(gone.fired(), { status: 404 });
});

test("an unknown preset is refused, and the known ones are listed", async () => {
  await assert.rejects(world.faults.add("quota:snapshoots"), { status: 400, message: /did you mean 'snapshots'/ });
  assert.ok((await world.faults.presets()).some(({ name }) => name === "lb-502"));
});

test("a fault that fired is none of those that didn't", async () => {
  await world.faults.add("lb-502", { operation: "shares.list", mustFire: true });
  await assert.rejects(world.assertFaultsFired(), { name: "AssertionError", message: /'lb-502' must fire/ });
  await client.call("GET", "/shares").catch(() => undefined);
  await world.assertFaultsFired();
});

test("a transition is decided", async () => {
  await world.delays.set("shares.create", "1h");
  const { id } = await client.createShare("db");
  const [pending] = await world.transitions.list();
  assert.equal(pending?.resource_id, id);
  await world.transitions.decide(pending.id, "error");
  assert.equal(await statusOf(id), "error");
  await world.transitions.waitIdle();
});

test("waiting for what doesn't come is a time-out with what there is", async () => {
  await world.delays.set("shares.create", "1h");
  const { id } = await client.createShare("db");
  await assert.rejects(world.transitions.waitIdle(0.01), { name: "FakeManilaTimeoutError", status: 408 });
  await assert.rejects(world.records.wait("share", id, { status: "available" }, "10ms"), (error: { body: unknown }) => {
    assert.equal((error.body as { record: { status: string } }).record.status, "creating");
    return true;
  });
  await assert.rejects(world.requests.wait(2, { operation: "shares.create", timeout: 0.01 }), { status: 408 });
});

test("events are listed", async () => {
  await world.clock.advance("10s");
  const query = { format: "json", kind: "clock" } as const;
  const { data } = await world.control.GET("/_fakemanila/events", { params: { query } });
  assert.ok(typeof data === "object");
  assert.deepEqual(Object.keys(data.events.at(-1)?.clock ?? {}), ["from", "to", "rate"]);
});

test("records are waited for, found by attributes, and gone", async () => {
  await world.delays.set("shares.create", "30s");
  const { id } = await client.createShare("db");
  const waiting = world.records.wait("share", id, { status: "available" });
  await world.clock.advance("30s");
  assert.equal((await waiting).name, "db");
  assert.equal((await world.records.list("shares", { name: "db", status: "available" })).length, 1);
  assert.deepEqual(await world.records.list("share", { name: "other" }), []);
  await client.call("DELETE", `/shares/${id}`).catch(() => undefined); // 202 without a body
  await world.records.waitGone("share", id);
  assert.equal(await world.records.get("share", id), undefined);
  await assert.rejects(world.records.list("sahre"), { status: 404 });
});

test("the journal is listed, counted and forgotten", async () => {
  await client.createShare("db");
  await client.call("GET", "/shares/none");
  assert.equal(await world.requests.count(), 3);
  assert.equal(await world.requests.count({ status: "4xx" }), 1);
  assert.deepEqual(
    (await world.requests.list({ user: "demo", operation: "shares.*", limit: 2 })).map(({ operation }) => operation),
    ["shares.create", "shares.show"],
  );
  assert.equal((await world.requests.last({ status: 200 }))?.operation, "shares.create");
  assert.equal((await world.requests.wait(1, { operation: "shares.create" })).length, 1);
  assert.match((await world.requests.explain()).explanation.join(), /none/);
  assert.match(await world.requests.curl({ operation: "shares.create" }), /curl/);
  assert.ok("log" in (await world.requests.har()));
  await world.requests.clear();
  assert.equal(await world.requests.last(), undefined);
  assert.equal(await world.requests.curl(), "");
});

test("what was asked is asserted", async () => {
  await client.createShare("db");
  await client.call("GET", "/shares");
  await world.requests.assertCalled("shares.create", { times: 1, json: { name: "db" }, before: "shares.list" });
  await world.requests.assertCalled("shares.create", { json: { share: { size: 1 } }, user: "demo" });
  await world.requests.assertNotCalled("shares.delete");
  await world.requests.assertNotCalled("shares.create", { json: { name: "other" } });
});

test("what wasn't asked is told with what was", async () => {
  await client.createShare("db");
  await client.call("GET", "/shares");
  const fails = async (assertion: Promise<void>, message: string) => {
    await assert.rejects(assertion, (error: Error) => {
      assert.equal(error.name, "AssertionError");
      assert.ok(error.message.startsWith(message), error.message);
      assert.match(error.message, /POST \/v2\/shares -> 200 shares\.create demo@demo \{"share":/);
      return true;
    });
  };
  const { requests } = world;
  await fails(requests.assertCalled("shares.delete"), "shares.delete was not called; the requests:\n  2026-");
  await fails(requests.assertCalled("shares.create", { times: 2 }), "shares.create was called once, expected 2 times;");
  await fails(requests.assertNotCalled("shares.create"), "shares.create was called once, expected never;");
  await fails(
    requests.assertCalled("shares.create", { json: { size: 2 }, status: 200 }),
    'shares.create status=200 with {"size":2} in its body was not called;',
  );
  await fails(
    requests.assertCalled("shares.list", { before: "shares.create" }),
    "shares.list came after the first shares.create;",
  );
  await fails(
    requests.assertCalled("shares.create", { before: "shares.delete" }),
    "shares.delete was not called, so shares.create did not come before it;",
  );
});

test("conduct is judged", async () => {
  await client.createShare("db");
  await world.requests.assertGoodConduct({ allow: ["full-lists"] });
  await assert.rejects(world.requests.assertGoodConduct({ ended: true, only: ["resources-left-behind"] }), {
    name: "AssertionError",
    message: /^these requests cause problems in a real cloud:\n {2}resources-left-behind: /,
  });
  assert.deepEqual(await world.requests.conduct({ only: ["resources-left-behind"] }), []);
});

test("held requests are released and answered otherwise", async () => {
  const fault = await world.faults.add({ operation: "shares.list", do: { pause: { at: "arrival" } } });
  const first = client.call("GET", "/shares");
  const [held] = await world.paused.wait(1, { rule: fault.id });
  assert.equal(held?.state.operation, "shares.list");
  await held.respond({ status: 503, message: "later" });
  assert.equal((await first).status, 503);
  const second = client.call("GET", "/shares");
  await world.paused.wait();
  const [other] = await world.paused.list();
  await other?.release();
  assert.equal((await second).status, 200);
  const third = assert.rejects(client.call("GET", "/shares"));
  await (await world.paused.wait())[0]?.drop();
  await third;
});

test("a checkpoint is gone back to", async () => {
  await world.checkpoints.save("empty");
  await client.createShare("db");
  assert.equal((await world.diff("empty")).records.made.length > 0, true);
  await world.checkpoints.restore("empty");
  assert.deepEqual(await world.records.list("share"), []);
  assert.deepEqual(
    (await world.checkpoints.list()).map(({ name, records }) => [name, typeof records]),
    [["empty", "number"]],
  );
  await world.checkpoints.drop("empty");
  await assert.rejects(world.checkpoints.restore("empty"), { status: 404 });
});

test("a world is dumped and loaded", async () => {
  const empty = await world.state.dump();
  await client.createShare("db");
  await world.state.load(empty);
  assert.deepEqual(await world.records.list("share"), []);
});

test("all of the control plane is at hand, and throws alike", async () => {
  const { data } = await world.control.GET("/_fakemanila/operations");
  assert.ok(data?.operations.some(({ id }) => id === "shares.create"));
  const { data: text } = await world.control.GET("/_fakemanila/metrics", { parseAs: "text" });
  assert.match(text ?? "", /^# HELP fakemanila_/m);
  await assert.rejects(world.control.PUT("/_fakemanila/delays", { body: { nothing: "1s" } }), { status: 400 });
});
