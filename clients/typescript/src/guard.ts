// Runs a command for as long as whoever started this keeps standard input open. When a process dies, of whatever, its
// pipes are closed, so the command ends with it; a handler for its exit would not see a crash or a SIGKILL.
import { spawn } from "node:child_process";

const PATIENCE = 5_000; // a server stops within two seconds

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new TypeError("usage: guard COMMAND [ARGUMENT...]");
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });

function stop(): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), PATIENCE).unref();
}

process.stdin.on("end", stop).on("error", stop).resume();
process.on("SIGTERM", stop);
process.on("SIGINT", () => undefined); // a terminal sends it to the command, too
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
