/** Runs a Python program of the project with the project's Python: `run.ts PROGRAM [arguments]`. */
import { spawn } from "node:child_process";
import { pythonBinary } from "../setup/setup.mjs";

const child = spawn(pythonBinary(), process.argv.slice(2), { stdio: "inherit" });
// The child decides when it has ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`Python could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on("close", (code) => process.exit(code ?? 1));
