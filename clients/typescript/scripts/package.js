// Packs the package, checks what it exports, installs it into a copy of examples/typescript that has nothing else of
// this folder, and runs that project's checks and tests with it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLE = join(HERE, "..", "..", "examples", "typescript");

function run(command, args, cwd) {
  console.log(`$ ${command} ${args.join(" ")}`);
  execFileSync(command, args, { cwd, stdio: "inherit" });
}

const folder = mkdtempSync(join(tmpdir(), "fakemanila-package-"));
try {
  run("npm", ["pack", "--silent", "--pack-destination", folder], HERE);
  const { version } = JSON.parse(
    execFileSync("npm", ["pkg", "get", "name", "version"], { cwd: HERE, encoding: "utf8" }),
  );
  const tarball = join(folder, `fakemanila-${version}.tgz`);
  run("npx", ["publint", "--strict", "run", tarball], HERE);
  run("npx", ["attw", "--profile", "esm-only", tarball], HERE);
  const project = join(folder, "project");
  cpSync(EXAMPLE, project, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
  run("npm", ["install", "--save-dev", "--prefer-offline", tarball], project);
  run("npm", ["test"], project);
} finally {
  rmSync(folder, { recursive: true });
}
