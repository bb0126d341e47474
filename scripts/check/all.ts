/** `npm run check`: format, lint, types, unused code, forbidden imports, file sizes, generated files, Python. Runs all, then says which failed. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonBinary } from "../setup/setup.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const longest = 500;

interface Check {
  name: string;
  command: [string, ...string[]];
}

const tool = (name: string) => join(root, "node_modules", ".bin", name);
const checks: Check[] = [
  { name: "format and lint", command: [tool("biome"), "ci", "--error-on-warnings", "."] },
  // Its bindings have types that a test uses.
  { name: "npm package builds", command: [process.execPath, "scripts/package/build.ts"] },
  { name: "types", command: [tool("tsc"), "--noEmit", "-p", "tsconfig.json"] },
  { name: "types of the page", command: [tool("tsc"), "--noEmit", "-p", "app/tsconfig.json"] },
  { name: "types of the index", command: [tool("tsc"), "--noEmit", "-p", "indexer/tsconfig.json"] },
  { name: "unused code", command: [tool("knip"), "--no-progress"] },
  {
    name: "imports run one way",
    command: [
      tool("depcruise"),
      "--config",
      "scripts/check/imports.cjs",
      "sdk/src",
      "node/src",
      "indexer",
      "app/src",
      "scripts",
      "test",
    ],
  },
  { name: "ABI modules are current", command: [process.execPath, "scripts/abi/export.ts", "--check"] },
  {
    name: "storage layouts are current",
    command: [process.execPath, "scripts/storage/layout.ts", "--check"],
  },
  { name: "Python format", command: [pythonBinary(), "-m", "ruff", "format", "--check", "trainer"] },
  { name: "Python lint", command: [pythonBinary(), "-m", "ruff", "check", "trainer"] },
  {
    name: "Python types",
    command: [
      pythonBinary(),
      "-m",
      "mypy",
      "--config-file",
      "trainer/pyproject.toml",
      "trainer/openledger_trainer",
    ],
  },
];

function run({ command: [program, ...args] }: Check): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** Source files longer than anybody wants to read. */
function tooLong(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    if (
      ["node_modules", "abi", "dist", "generated", "files", "corpus"].includes(name) ||
      name.startsWith(".")
    )
      return [];
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return tooLong(path);
    if (!/\.(ts|tsx|mjs|py|sol|css)$/.test(name)) return [];
    const lines = readFileSync(join(root, path), "utf8").split("\n").length - 1;
    return lines > longest ? [`${path}: ${lines} lines, at most ${longest}`] : [];
  });
}

let failed = 0;
const long = ["contracts", "sdk", "node", "trainer", "indexer", "app", "scripts", "test", "ignition"].flatMap(
  tooLong,
);
report("file sizes", long.length === 0, long.join("\n"));
for (const check of checks) {
  const { ok, output } = await run(check);
  report(check.name, ok, output);
}

function report(name: string, ok: boolean, output: string): void {
  console.log(`${ok ? "ok    " : "FAILED"}  ${name}`);
  if (ok) return;
  failed++;
  console.log(output.trimEnd().slice(-6000));
}

if (failed > 0) {
  console.error(
    `\n${failed} of ${checks.length + 1} checks failed. "npx biome check --write ." mends format and simple lint.`,
  );
  process.exit(1);
}
