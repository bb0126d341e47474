/** Sets up, then runs a TypeScript script on the project's own Node: `node run.mjs SCRIPT [arguments]`. */
import { spawn } from "node:child_process";
import { childEnvironment, nodeBinary, root, setUp } from "./setup.mjs";

const [script, ...args] = process.argv.slice(2);
try {
  await setUp();
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}

const child = spawn(nodeBinary(), ["--disable-warning=ExperimentalWarning", script, ...args], {
  cwd: root,
  env: childEnvironment(),
  stdio: "inherit",
});
// The terminal sends Ctrl-C to the whole group: the child decides when it has ended, this process only waits.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => {
  process.stderr.write(`${script} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
