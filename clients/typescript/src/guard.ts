// Runs a command as long as standard input is open. If the parent process ends for any reason, its pipes close, and the
// command is stopped. An exit handler in the parent would not run after a crash or SIGKILL.
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
process.on("SIGINT", () => undefined); // a terminal also sends it to the command
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
