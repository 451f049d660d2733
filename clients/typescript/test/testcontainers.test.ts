// There is no engine here: what is asked of it is looked at, and what is made of a container that runs is tried on a
// server that listens as the image's does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeManila } from "fakemanila";
import { FakeManilaContainer, StartedFakeManilaContainer } from "fakemanila/testcontainers";
import { GenericContainer, type StartedTestContainer } from "testcontainers";

/** A container that is asked for, as testcontainers keeps it. */
interface Asked {
  imageName: { string: string };
  exposedPorts: unknown[];
  environment: Record<string, string>;
  createOpts: { Env?: string[]; Cmd?: string[] };
  waitStrategy: { waitStrategies: { constructor: { name: string } }[] };
}

/** A running container at that address. */
function running(url: string): StartedTestContainer {
  const { hostname, port } = new URL(url);
  return {
    getHost: () => hostname,
    getMappedPort: (inside: number) => (inside === 8786 ? Number(port) : undefined),
  } as unknown as StartedTestContainer;
}

test("the engine is asked for the image, its port and a control token, and is waited for twice", async (t) => {
  const container = new FakeManilaContainer("fakemanila/fakemanila:0.2.0").withCommand(["--seed", "7"]);
  const asked = container as unknown as Asked;
  t.mock.method(GenericContainer.prototype, "start", async () => running("http://127.0.0.1:1"));
  const started = await container.start();
  assert.equal(asked.imageName.string, "fakemanila/fakemanila:0.2.0");
  assert.deepEqual(asked.exposedPorts, [8786]);
  assert.deepEqual(
    asked.waitStrategy.waitStrategies.map((each) => each.constructor.name),
    ["LogWaitStrategy", "HttpWaitStrategy"],
  );
  assert.deepEqual(asked.createOpts.Cmd, ["--seed", "7"]);
  assert.deepEqual(asked.createOpts.Env, [`FAKEMANILA_CONTROL_TOKEN=${started.getControlToken()}`]);
  assert.match(started.getControlToken(), /^[0-9a-f-]{36}$/);
});

test("the control token can be given", async (t) => {
  t.mock.method(GenericContainer.prototype, "start", async () => running("http://127.0.0.1:1"));
  const started = await new FakeManilaContainer("fakemanila/fakemanila").withControlToken("known").start();
  assert.equal(started.getControlToken(), "known");
});

test("a server in a container is attached to, through the port that it is mapped to", async () => {
  await using server = await FakeManila.start({ controlToken: "known", args: ["--host", "0.0.0.0"] });
  const { port } = new URL(server.url);
  const started = new StartedFakeManilaContainer(running(`http://127.0.0.1:${port}`), "known");
  assert.equal(started.getUrl(), `http://127.0.0.1:${port}`);
  assert.equal(started.getAuthUrl(), `http://127.0.0.1:${port}/identity/v3`);
  const manila = await started.attach();
  await using world = await manila.world();
  await world.create("share");
  assert.equal((await fetch(`${started.getUrl()}/healthcheck`)).status, 200);
  await assert.rejects(FakeManila.attach(started.getUrl()), { status: 401 });
});

test("an address of IPv6 is written with brackets", () => {
  const started = new StartedFakeManilaContainer(
    { getHost: () => "::1", getMappedPort: () => 1234 } as unknown as StartedTestContainer,
    "known",
  );
  assert.equal(started.getUrl(), "http://[::1]:1234");
});
