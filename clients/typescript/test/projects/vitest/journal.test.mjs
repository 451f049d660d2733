import { test } from "fakemanila/vitest";
import { expect } from "vitest";

test("fails after a request", async ({ manila }) => {
  await fetch(`${manila.url}/v2/shares`);
  expect(1).toBe(2);
});

test("a fault never fires", async ({ manila }) => {
  await manila.faults.add("quota:snapshots", { mustFire: true });
});

const manual = test.extend({ manilaOptions: { clock: "manual", seed: 3 } });

manual("passes, in a world of its own", async ({ manila }) => {
  expect((await manila.clock.show()).mode).toBe("manual");
  expect(await manila.requests.count()).toBe(0);
  console.log(`world=${manila.name} id=${(await manila.create("share")).id}`);
});
