import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FakeManila } from "fakemanila";

const PROJECTS = fileURLToPath(new URL("../../../test/projects/", import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

interface Ran {
  status: number;
  output: string;
}

/** Runs a test runner as if nobody else were running one. */
async function run(args: string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  const outer = new Set(["NODE_TEST_CONTEXT", "FAKEMANILA_URL", "NODE_OPTIONS", "FORCE_COLOR"]);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.has(name)));
  return await new Promise((resolve) => {
    const options = { cwd, env: { ...inherited, NO_COLOR: "1", CI: "1", ...env } };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

function node(env: Record<string, string> = {}, pattern = "."): Promise<Ran> {
  const args = ["--test", "--test-reporter=spec", `--test-name-pattern=${pattern}`, "journal.test.mjs"];
  return run(args, join(PROJECTS, "node"), env);
}

function vitest(env: Record<string, string> = {}): Promise<Ran> {
  return run([VITEST, "run", "--config", "vitest.config.mjs"], join(PROJECTS, "vitest"), env);
}

/** The id of the share that the passing test has made, and the name of its world. */
function made({ output }: Ran): string | undefined {
  return /world=\S+ id=\S+/.exec(output)?.[0];
}

function judge({ status, output }: Ran): void {
  assert.equal(status, 1, output);
  assert.match(
    output,
    /world test-\S+ at 20\S+ \(real clock\)\s+(ℹ )?requests: 1\s+(ℹ )? *20\S+ GET \/v2\/shares -> 401/,
  );
  assert.match(output, /AssertionError.*the fault 'quota:snapshots' must fire, and never did/);
}

test("node:test shows the journal of a failed test, and fails one whose fault never fired", async () => {
  const first = await node();
  judge(first);
  assert.match(first.output, /^ℹ pass 1$/m);
  assert.match(first.output, /^ℹ fail 2$/m);
  assert.match(made(first) ?? "", /^world=test-passes-in-a-world-of-its-own id=/);
  assert.equal(made(await node()), made(first));
});

test("vitest shows the journal of a failed test, and fails one whose fault never fired", async () => {
  const first = await vitest();
  judge(first);
  assert.match(first.output, /Tests {2}2 failed \| 1 passed/);
  assert.match(made(first) ?? "", /^world=test-passes-in-a-world-of-its-own id=/);
});

test("on a server that others may use, worlds have names that nobody else has, and are dropped", async () => {
  await using manila = await FakeManila.start({ controlToken: "shared" });
  const env = { FAKEMANILA_URL: manila.url, FAKEMANILA_CONTROL_TOKEN: "shared" };
  for (const ran of [await node(env), await vitest(env)]) {
    judge(ran);
    assert.match(made(ran) ?? "", /^world=test-[0-9a-f]{8}-[0-9a-f-]{27} id=/);
  }
  assert.deepEqual((await manila.health()).worlds, ["default"]);
});

test("in a world that a sweep has given, tests are in that one", async () => {
  await using manila = await FakeManila.start({ clock: "manual" });
  const given = await manila.world("given");
  const { status, output } = await node({ FAKEMANILA_URL: given.url }, "^passes");
  assert.equal(status, 0, output);
  assert.match(output, /world=given/);
  assert.equal((await given.records.list("share")).length, 1);
});

test("a global setup starts one server for all of vitest's workers", async () => {
  const ran = await vitest({ SHARED: "1" });
  judge(ran);
  assert.match(made(ran) ?? "", /^world=test-[0-9a-f]{8}-[0-9a-f-]{27} id=/);
});
