/**
 * Sets the project up: Node 24, npm packages, a Python environment, compiled contracts, small base models and the page.
 * Plain JavaScript for Node 20, since nothing else is there yet. Every step is skipped when its inputs have not changed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("../../", import.meta.url));
const nodeVersion = "24.21.0";
const nodeMajor = 24;
const toolchain = join(root, ".toolchain");
const venv = join(root, ".venv");
/** Folder of the small base models that set-up makes. */
export const bases = join(root, ".cache", "bases");

class SetupError extends Error {}

function isNode24(version) {
  return Number(version.replace(/^v/, "").split(".")[0]) === nodeMajor;
}

/** Path of the Node binary that everything runs on. */
export function nodeBinary() {
  if (isNode24(process.version)) return process.execPath;
  return join(toolchain, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** Path of the Python interpreter of the project's own environment. */
export function pythonBinary() {
  return join(venv, "bin", "python");
}

/** The environment in which every child runs: Node 24 and local binaries first. */
export function childEnvironment() {
  const path = [dirname(nodeBinary()), join(root, "node_modules", ".bin"), process.env.PATH ?? ""];
  return { ...process.env, PATH: path.join(delimiter) };
}

function npmCommand() {
  const own = process.env.npm_execpath;
  if (own?.endsWith(".js")) return [nodeBinary(), own];
  return ["npm"];
}

function hashOf(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) {
        if (
          !["node_modules", "dist", "generated", "__pycache__"].includes(name) &&
          !name.endsWith(".egg-info")
        )
          visit(join(path, name));
      }
    } else hash.update(path.slice(root.length)).update("\0").update(readFileSync(path));
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex");
}

/** Runs a command, shows its last line as it goes, and fails with its output. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: childEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    let output = "";
    const show = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const line =
        output
          .trimEnd()
          .split(/[\r\n]/)
          .at(-1) ?? "";
      if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K      ${line.slice(0, 100)}`);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on("close", (code) => {
      if (process.stdout.isTTY) process.stdout.write("\r\x1b[2K");
      if (code === 0) resolve(output);
      else
        reject(
          new SetupError(`"${command} ${args.join(" ")}" failed (exit ${code}):\n${output.slice(-4000)}`),
        );
    });
  });
}

function findPython() {
  const candidates = [process.env.OPENLEDGER_PYTHON, "python3.11", "python3.12", "python3"].filter(Boolean);
  for (const name of candidates) {
    const probe = spawnSync(
      name,
      ["-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"],
      {
        encoding: "utf8",
      },
    );
    if (probe.status === 0 && ["3.11", "3.12"].includes(probe.stdout.trim())) return name;
  }
  throw new SetupError(
    "Python 3.11 with venv is missing. Install it (Debian: apt-get install python3.11 python3.11-venv; macOS: brew install python@3.11), or set OPENLEDGER_PYTHON to its path.",
  );
}

/** Every step: a title, the inputs whose change asks for it again, what must exist afterwards, and the work. */
const steps = [
  {
    title: `Node ${nodeMajor}`,
    inputs: [],
    salt: nodeVersion,
    made: () => isNode24(process.version) || existsSync(nodeBinary()),
    work: () =>
      run("npm", ["install", "--prefix", toolchain, "--no-save", `node@${nodeVersion}`], {
        env: process.env,
      }),
  },
  {
    title: "npm packages",
    inputs: ["package-lock.json", "package.json"],
    made: () => existsSync(join(root, "node_modules", "hardhat")),
    work: () => {
      const [command, ...args] = npmCommand();
      // Not "ci": it refuses the lock file where a registry lacks an optional package of another platform.
      return run(command, [...args, "install", "--no-save"]);
    },
  },
  {
    title: "Python packages",
    inputs: ["trainer/requirements.txt", "trainer/pyproject.toml"],
    made: () => existsSync(pythonBinary()),
    work: async () => {
      if (!existsSync(pythonBinary())) {
        rmSync(venv, { recursive: true, force: true });
        await run(findPython(), ["-m", "venv", venv]);
      }
      await run(pythonBinary(), [
        "-m",
        "pip",
        "install",
        "--progress-bar",
        "off",
        "-r",
        "trainer/requirements.txt",
      ]);
      await run(pythonBinary(), ["-m", "pip", "install", "--no-deps", "-e", "trainer"]);
    },
  },
  {
    title: "contracts",
    inputs: ["contracts", "hardhat.config.ts", "package-lock.json"],
    made: () => existsSync(join(root, "artifacts", "contracts", "Court.sol")),
    work: () => run(nodeBinary(), ["node_modules/hardhat/dist/src/cli.js", "build"]),
  },
  {
    title: "base models, pre-trained on the text in the repository",
    inputs: [
      "trainer/openledger_trainer/bases.py",
      "trainer/openledger_trainer/pretraining.py",
      "trainer/openledger_trainer/corpus",
      "trainer/requirements.txt",
    ],
    made: () =>
      existsSync(bases) &&
      readdirSync(bases).filter((name) => !name.startsWith(".") && existsSync(join(bases, name, "base.json")))
        .length >= 2,
    work: () => run(pythonBinary(), ["-m", "openledger_trainer.bases", bases]),
  },
  {
    title: "page",
    inputs: ["app/src", "app/index.html", "app/vite.config.ts", "app/public", "sdk/src", "package-lock.json"],
    made: () => existsSync(join(root, "app", "dist", "index.html")),
    work: () => run(nodeBinary(), ["node_modules/vite/bin/vite.js", "build", "app"]),
  },
];

/** Does all the set-up that is not done yet. Throws a sentence that says what is missing. */
export async function setUp() {
  if (Number(process.version.slice(1).split(".")[0]) < 20)
    throw new SetupError(
      `Node 20 or newer is needed, this is ${process.version}. Install it from nodejs.org.`,
    );
  const stampFile = join(root, ".cache", "setup.json");
  const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : {};
  for (const [index, step] of steps.entries()) {
    const label = `[${index + 1}/${steps.length}] ${step.title}`;
    const stamp = createHash("sha256")
      .update(step.salt ?? "")
      .update(hashOf(step.inputs))
      .digest("hex");
    if (stamps[step.title] === stamp && step.made()) continue;
    process.stdout.write(`${label} …\n`);
    const started = Date.now();
    await step.work();
    if (!step.made())
      throw new SetupError(
        `Set-up step "${step.title}" ended without its result. Run it again; if it stays, delete node_modules and .cache.`,
      );
    stamps[step.title] = stamp;
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
    process.stdout.write(`${label} done (${((Date.now() - started) / 1000).toFixed(0)} s)\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp().catch((error) => {
    process.stderr.write(`\n${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exit(1);
  });
}
