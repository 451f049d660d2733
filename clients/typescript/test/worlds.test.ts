import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { FakeManila } from "fakemanila";
import { Client } from "./manila.js";

let manila: FakeManila;
before(async () => {
  manila = await FakeManila.start();
});
after(() => manila.stop());

test("a world has its own records, clock and faults, and is dropped at the end of a block", async () => {
  let name: string;
  {
    await using world = await manila.world({ clock: "manual", start: new Date("2030-05-01T12:00:00Z"), seed: 3 });
    name = world.name;
    await world.create("share", { name: "db" });
    assert.equal((await world.clock.now()).toISOString(), "2030-05-01T12:00:00.000Z");
    assert.deepEqual(await manila.records.list("share"), []);
    assert.ok((await manila.health()).worlds.includes(name));
  }
  assert.ok(!(await manila.health()).worlds.includes(name));
});

test("a world of a name is the same one each time", async () => {
  await using one = await manila.world("shared");
  await one.create("share");
  assert.equal((await (await manila.world("shared")).records.list("share")).length, 1);
});

test("the same seed and name give the same ids", async () => {
  const ids = async (seed: number) => {
    await using world = await manila.world({ name: "seeded", seed });
    return (await world.create("share")).id;
  };
  assert.equal(await ids(5), await ids(5));
  assert.notEqual(await ids(5), await ids(6));
});

test("options are added to a scenario", async () => {
  await using world = await manila.world({
    scenario: { delays: { "shares.create": "1s" }, clock: { mode: "manual" }, faults: ["lb-502"] },
    delays: { "snapshots.create": "2s" },
    faults: [{ preset: "quota:snapshots", times: 1, mustFire: false }],
    rate: 60,
    tokenTtl: "5m",
  });
  assert.deepEqual(await world.delays.show(), { default: 0, "shares.create": "1s", "snapshots.create": "2s" });
  assert.deepEqual(
    (await world.faults.list()).map(({ name }) => name),
    ["lb-502", "quota:snapshots"],
  );
  assert.equal((await world.clock.show()).rate, 60);
});

test("a reset goes back to what the options said", async () => {
  await using world = await manila.world({ scenario: { resources: [{ kind: "share", name: "first" }] } });
  await world.create("share", { name: "second" });
  await world.reset();
  assert.deepEqual(
    (await world.records.list("share")).map(({ name }) => name),
    ["first"],
  );
  await world.reset({});
  assert.deepEqual(await world.records.list("share"), []);
});

test("a wrong option is refused with what would be right", async () => {
  await assert.rejects(manila.world({ identity: "lax" as "open" }), {
    name: "FakeManilaError",
    status: 400,
    operation: "POST /_fakemanila/reset",
    message: /identity/,
  });
});

test("a fault that must fire and never did fails at the end of the block", async () => {
  let name = "";
  const block = async () => {
    await using world = await manila.world();
    name = world.name;
    await world.faults.add("quota:snapshots", { mustFire: true, project: "demo" });
  };
  await assert.rejects(block(), /the fault 'quota:snapshots' must fire, and never did; it matched 0 requests/);
  assert.ok(!(await manila.health()).worlds.includes(name));
});

test("a fork goes on as the world did", async () => {
  await using world = await manila.world();
  await world.create("share", { name: "db" });
  await world.checkpoints.save("one-share");
  await world.create("share", { name: "more" });
  await using fork = await world.fork("forked", { checkpoint: "one-share" });
  assert.equal((await fork.records.list("share")).length, 1);
  const { records } = await world.diff(`world:${fork.name}`, `world:${world.name}`);
  assert.deepEqual(
    records.made.map(({ kind, name }) => [kind, name]).filter(([kind]) => kind === "shares"),
    [["shares", "more"]],
  );
  await assert.rejects(world.fork("forked"), { status: 409 });
  await world.fork("forked", { replace: true });
  assert.equal((await fork.records.list("share")).length, 2);
});

test("a client reaches the world by its environment, which is that of fakemanila env", async () => {
  await using world = await manila.world();
  const run = promisify(execFile);
  const users = ["admin", "demo", "demo_manager", "demo_reader", "demo_admin", "alt_demo", "alt_demo_reader"];
  for (const user of users) {
    const { no_proxy: one, NO_PROXY: other, ...login } = world.env(user);
    assert.equal(one, other);
    const { stdout } = await run("fakemanila", ["env", "--user", user, "--url", world.url]);
    const variables = [...stdout.matchAll(/^export ((?:OS|FAKEMANILA)_\w+)=(.*)$/gm)];
    assert.deepEqual(login, Object.fromEntries(variables.map(([, name, value]) => [name, value])));
    assert.ok(stdout.includes(`export no_proxy="${one}$`), stdout);
  }
});

test("other users name their project", async () => {
  assert.throws(() => manila.env("somebody"), /'somebody' is not a built-in user \(admin, demo, /);
  const login = manila.env("somebody", { project: "theirs", password: "hidden" });
  assert.equal(login.OS_PROJECT_NAME, "theirs");
  assert.equal(login.OS_PASSWORD, "hidden");
});

test("a report tells what was asked, what is under way, and which faults there are", async () => {
  await using world = await manila.world({ clock: "manual", delays: { "shares.create": "30s" } });
  await world.faults.add("quota:snapshots");
  const client = await Client.login(world);
  const { id } = await client.createShare("db");
  const report = await world.report();
  assert.match(report, /^world test-[\w-]+ at 2026-01-01T00:00:00\.000000 \(manual clock\)\nrequests: 2\n/);
  assert.match(report, / POST \/identity\/v3\/auth\/tokens -> 201 identity\.tokens\.create - ?\n/);
  assert.match(report, / POST \/v2\/shares -> 200 shares\.create demo@demo \{"share":/);
  assert.ok(report.includes(`under way:\n  shares.create of ${id}, ends 2026-01-01T00:00:30.000000: success`), report);
  assert.ok(report.endsWith("faults:\n  quota:snapshots: matched 0, fired 0"), report);
  assert.match(await world.report(1), /requests: the last 1 of 2\n/);
});
