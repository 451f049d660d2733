// Starts a server and leaves it to itself; with an argument it stays until it is killed.
import { FakeManila } from "fakemanila";

const manila = await FakeManila.start();
console.log(manila.url);
if (process.argv[2] !== undefined) setInterval(() => undefined, 1000);
