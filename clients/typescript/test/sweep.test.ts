import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CommandError, FakeManila, sweep } from "fakemanila";

const PROVISION = fileURLToPath(new URL("../../../test/projects/provision.mjs", import.meta.url));
const COMMAND = [process.execPath, PROVISION];

test("a sweep tells what each failure has led to", async () => {
  const result = await sweep(COMMAND, { faults: ["reset-after", "503"], seed: 3, jobs: 2, env: { GREETING: "hello" } });
  assert.equal(result.ok, false);
  assert.equal(result.version, 1);
  assert.equal(result.seed, 3);
  assert.deepEqual(result.command, COMMAND);
  assert.deepEqual(
    result.undisturbed.requests.map(({ number, operation, status, repeats }) => [number, operation, status, repeats]),
    [
      [1, "identity.tokens.create", 201, false],
      [2, "shares.create", 200, false],
    ],
  );
  const [lost, refused] = result.runs;
  assert.ok(lost && refused);
  assert.deepEqual([lost.id, lost.verdict, lost.reached, lost.exit_status], ["2:reset-after", "debris", true, 0]);
  assert.deepEqual(lost.faults[0], {
    request: 2,
    operation: "shares.create",
    about: "db",
    nth: 1,
    fault: "reset-after",
  });
  const [difference] = lost.differences;
  assert.deepEqual([difference?.kind, difference?.change], ["shares", "more"]);
  assert.match(lost.details, /one share 'db' too many/);
  const less = refused.differences.find(({ change }) => change === "less");
  assert.deepEqual([refused.id, refused.verdict, less?.kind], ["2:503", "debris", "shares"]);
  assert.deepEqual(result.summary, { passed: 0, failed: 0, debris: 2, hung: 0, "not reached": 0 });
  assert.match(result.output, /2 runs: 2 debris/);
});

test("a sweep on a server of one's own, of one run alone, with verdicts that are let pass", async () => {
  await using manila = await FakeManila.start({ controlToken: "sweeping" });
  const result = await manila.sweep(COMMAND, { only: "2:reset-after", failOn: [] });
  assert.deepEqual([result.ok, result.runs.length, result.runs[0]?.verdict], [true, 1, "debris"]);
});

test("a command that doesn't pass undisturbed is not swept", async () => {
  await assert.rejects(sweep([process.execPath, "--eval", "process.exit(3)"]), (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.exitStatus, 1);
    assert.match(error.message, /the command fails even without faults: exit status 3/);
    return true;
  });
});

test("a sweep is aborted", async () => {
  const signal = AbortSignal.timeout(1);
  const stays = ["--eval", "setInterval(() => undefined, 1000)"];
  await assert.rejects(sweep([process.execPath, ...stays], { signal }), { name: "TimeoutError" });
});
