/**
 * Where every contract keeps what: `contracts/storage/<Contract>.json`, one line a variable, written from the compiler's
 * own answer. `--check` says whether the files are current: a changed layout must be seen in review.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const buildInfo = `${root}artifacts/build-info/`;
const target = `${root}contracts/storage/`;

type Variable = { label: string; slot: string; offset: number; type: string };
type Compiled = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { storageLayout: Layout }>>;
};
type Layout = { storage: Variable[]; types: Record<string, { label: string }> | null };
type Input = { language: string; sources: Record<string, unknown>; settings: Record<string, unknown> };

/** The contracts that are deployed, with the build that compiled each. */
function deployables(): { name: string; source: string; build: string }[] {
  return readdirSync(`${root}artifacts/contracts`, { recursive: true, encoding: "utf8" })
    .filter((path) => /^(?!test).*\/(\w+)\.sol\/\1\.json$|^(\w+)\.sol\/\2\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(`${root}artifacts/contracts/${path}`, "utf8")))
    .filter(({ bytecode, sourceName }) => bytecode !== "0x" && !sourceName.includes("/libraries/"))
    .map(({ contractName, inputSourceName, buildInfoId }) => ({
      name: contractName,
      source: inputSourceName,
      build: buildInfoId,
    }));
}

/** Asks the compiler for nothing but layouts, which needs no code to be generated. */
function layouts(): Map<string, Layout> {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const found = new Map<string, Layout>();
  for (const [build, contracts] of Map.groupBy(deployables(), (contract) => contract.build)) {
    const { input } = JSON.parse(readFileSync(`${buildInfo}${build}.json`, "utf8")) as { input: Input };
    const settings = { ...input.settings, outputSelection: { "*": { "*": ["storageLayout"] } } };
    const output = JSON.parse(solc.compile(JSON.stringify({ ...input, settings }))) as Compiled;
    const failure = output.errors?.find(({ severity }) => severity === "error");
    if (failure) throw new Error(failure.formattedMessage);
    for (const { name, source } of contracts) {
      const layout = output.contracts[source]?.[name]?.storageLayout;
      if (layout === undefined) throw new Error(`The compiler gave no layout of ${name} in ${source}.`);
      found.set(name, layout);
    }
  }
  return found;
}

/** A layout as text: slots and offsets in bytes, types as the source names them. */
function textOf({ storage, types }: Layout): string {
  const lines = storage.map(({ label, slot, offset, type }) => ({
    slot: Number(slot),
    offset,
    label,
    type: types?.[type]?.label ?? type,
  }));
  return `[\n${lines.map((line) => `  ${JSON.stringify(line)}`).join(",\n")}${lines.length > 0 ? "\n" : ""}]\n`;
}

const check = process.argv.includes("--check");
const found = new Map([...layouts()].sort(([a], [b]) => a.localeCompare(b)));
await mkdir(target, { recursive: true });
const stale: string[] = [];
for (const [name, layout] of found) {
  const path = `${target}${name}.json`;
  const text = textOf(layout);
  if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
  if (check) stale.push(name);
  else await writeFile(path, text);
}
for (const file of readdirSync(target)) {
  if (found.has(file.replace(".json", ""))) continue;
  if (check) stale.push(`${file} (no such contract)`);
  else await rm(target + file);
}
if (stale.length > 0) {
  console.error(
    `Storage layouts differ from the contracts: ${stale.join(", ")}. Run "node scripts/storage/layout.ts" and look at what moved.`,
  );
  process.exit(1);
}
