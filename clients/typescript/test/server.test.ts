import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CommandError, FakeManila, FakeManilaError } from "fakemanila";

const STARTS = fileURLToPath(new URL("../../../test/projects/starts-a-server.mjs", import.meta.url));

/** Resolves when the server has closed a connection, as it does when it ends. */
async function ended(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).resume();
  socket.on("error", () => undefined); // it was quicker
  await new Promise((resolve) => socket.on("close", resolve));
}

async function printed(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("it has printed nothing");
}

test("a server is started with options, and stopped", async () => {
  const manila = await FakeManila.start({ seed: 7, clock: "manual", delays: { "shares.create": "30s" } });
  const stopped = ended(manila.url);
  assert.equal(manila.authUrl, `${manila.url}/identity/v3`);
  assert.equal((await manila.clock.show()).mode, "manual");
  assert.deepEqual(await manila.delays.show(), { default: 0, "shares.create": "30s" });
  await manila.stop();
  await stopped;
  await assert.rejects(manila.clock.show(), (error) => {
    assert.ok(error instanceof FakeManilaError);
    assert.equal(error.status, undefined);
    assert.equal(error.operation, "GET /_fakemanila/clock");
    assert.match(error.message, /^cannot reach http:\/\/127\.0\.0\.1:\d+: /);
    return true;
  });
});

test("scenarios are names, files and objects, and add up with the options", async () => {
  const folder = await mkdtemp(join(tmpdir(), "scenario-"));
  const file = join(folder, "delays.yaml");
  await writeFile(file, "delays: {snapshots.create: 2s}\n");
  await using manila = await FakeManila.start({
    scenario: ["full-pool", file, { resources: [{ kind: "share", name: "written" }] }],
    faults: ["quota:snapshots"],
    release: "2025.1",
  });
  assert.equal((await manila.records.list("share", { name: "written" })).length, 1);
  assert.equal((await manila.delays.show())["snapshots.create"], "2s");
  assert.deepEqual(
    (await manila.faults.list()).map(({ name }) => name).filter((name) => name === "quota:snapshots"),
    ["quota:snapshots"],
  );
  assert.equal((await manila.health()).release, "2025.1");
});

test("nothing of the start is left in the folder for temporary files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "empty-"));
  const { TMPDIR: usual } = process.env;
  process.env.TMPDIR = folder;
  try {
    await (await FakeManila.start({ seed: 1 })).stop();
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  }
  assert.deepEqual(await readdir(folder), []);
});

test("what is wrong with an option is said by the server", async () => {
  await assert.rejects(FakeManila.start({ delays: { "shares.creates": "1s" } }), (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.exitStatus, 1);
    assert.match(error.message, /shares\.creates/);
    return true;
  });
});

test("a command that isn't there is told with what to do", async () => {
  await assert.rejects(
    FakeManila.start({ fakemanila: ["no-such-fakemanila"] }),
    /command not found; run pip install fakemanila/,
  );
});

test("an aborted start is no start", async () => {
  await assert.rejects(FakeManila.start({ signal: AbortSignal.abort(new Error("not today")) }), /not today/);
  const controller = new AbortController();
  const refused = assert.rejects(FakeManila.start({ signal: controller.signal }), /enough/);
  controller.abort(new Error("enough"));
  await refused;
});

test("a control token that is in the environment for another server is not for this one", async () => {
  process.env.FAKEMANILA_CONTROL_TOKEN = "another's";
  try {
    await using manila = await FakeManila.start();
    assert.equal((await manila.clock.show()).mode, "real");
  } finally {
    delete process.env.FAKEMANILA_CONTROL_TOKEN;
  }
});

test("a control token is asked for, and sent", async () => {
  await using manila = await FakeManila.start({ controlToken: "let-me-in", args: ["--journal-size", "5"] });
  await assert.rejects(FakeManila.attach(manila.url), { name: "FakeManilaError", status: 401 });
  const attached = await FakeManila.attach(`${manila.url}/`, { controlToken: "let-me-in" });
  assert.equal((await attached.health()).status, "ok");
});

test("attaching leaves the server alone, and takes a world's address", async () => {
  await using manila = await FakeManila.start();
  {
    await using attached = await FakeManila.attach(`${manila.url}/worlds/theirs`);
    assert.equal(attached.name, "theirs");
    await attached.create("share", { name: "kept" });
  }
  assert.equal((await (await manila.world("theirs")).records.list("share")).length, 1);
});

test("what isn't a fakemanila is told so", async () => {
  const { createServer } = await import("node:http");
  const stranger = createServer((_, answer) => answer.writeHead(404).end("not here")).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const { port } = stranger.address() as { port: number };
  try {
    await assert.rejects(FakeManila.attach(`http://127.0.0.1:${port}`), /answered 404; is it a fakemanila server\?/);
  } finally {
    stranger.close();
  }
});

test("a server doesn't keep its process from ending, and ends with it", async () => {
  const child = spawn(process.execPath, [STARTS], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  await ended(await printed(child));
  assert.deepEqual(await exit, [0, null]);
});

test("a server ends with a process that is killed", async () => {
  const child = spawn(process.execPath, [STARTS, "stay"], { stdio: ["ignore", "pipe", "inherit"] });
  const over = ended(await printed(child));
  child.kill("SIGKILL");
  await over;
});
