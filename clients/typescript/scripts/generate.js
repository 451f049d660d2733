// Writes src/control-plane.ts, the types of the control plane, from its OpenAPI document:
//
//   node scripts/generate.js control.json [--check]
//
// The document is a file or the URL of a running server, http://127.0.0.1:8786/_fakemanila/control.json. With --check
// nothing is written; the exit status is 1 where the file isn't what the document gives.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const TARGET = new URL("../src/control-plane.ts", import.meta.url);
const HEAD = `// Written by scripts/generate.js from GET /_fakemanila/control.json. Don't edit it.

`;

const [source, flag] = process.argv.slice(2);
if (source === undefined || ![undefined, "--check"].includes(flag)) {
  console.error("usage: node scripts/generate.js FILE|URL [--check]");
  process.exit(2);
}
const document = JSON.parse(
  /^https?:/.test(source) ? await (await fetch(source)).text() : await readFile(source, "utf8"),
);
const wanted =
  HEAD + astToString(await openapiTS(withoutConditions(document), { alphabetize: true, emptyObjectsUnknown: true }));

if (flag === undefined) {
  await writeFile(TARGET, wanted);
} else if (wanted !== (await readFile(TARGET, "utf8").catch(() => ""))) {
  console.error("src/control-plane.ts is not what the control plane's document gives: run make typescript-types");
  process.exit(1);
}

/** An `anyOf` of nothing but `required` says which keys go together. Types made of it would be `unknown`. */
function withoutConditions(schema) {
  if (Array.isArray(schema)) return schema.map(withoutConditions);
  if (schema === null || typeof schema !== "object") return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(key === "anyOf" && Array.isArray(value) && value.every(isCondition)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutConditions(value)]));
}

function isCondition(schema) {
  return Object.keys(schema).join() === "required";
}
