// Writes the README's examples that begin with a file's name, such as `// waits.test.ts`, into .build/readme, where they
// are compiled and run as tests.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

const folder = new URL("../.build/readme/", import.meta.url);
const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)];
if (examples.length === 0) throw new Error("README.md has no example that begins with a file's name");
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const [, name, code] of examples) await writeFile(new URL(name, folder), code);
