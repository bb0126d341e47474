/** Sets up, then runs a TypeScript script on the project's own Node: `node run.mjs SCRIPT [arguments]`. */
import { spawn } from "node:child_process";
import { childEnvironment, nodeBinary, pythonBinary, root, setUp } from "./setup.mjs";

const [script, ...args] = process.argv.slice(2);
try {
  await setUp();
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}

const child = spawn(nodeBinary(), ["--disable-warning=ExperimentalWarning", script, ...args], {
  cwd: root,
  env: { ...childEnvironment(), PYTHON: process.env.PYTHON ?? pythonBinary() },
  stdio: "inherit",
});
// The child decides when it has ended. A terminal's Ctrl-C reaches it by itself as well, which does no harm.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`${script} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
