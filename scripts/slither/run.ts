/**
 * Runs Slither over the contracts and writes `bench/slither.json` and `docs/protocol/slither.md`: every finding of medium or
 * high impact with the reason why it is none. Fails when one has no reason, or a reason has no finding any more.
 *
 * Slither is no dependency of the project. Once:
 *   python3 -m venv .cache/slither-venv && .cache/slither-venv/bin/pip install slither-analyzer==0.11.6
 * Then `node scripts/slither/run.ts`; the environment variable SLITHER may name another program.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { reasons } from "./reasons.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const workplace = join(root, ".cache/slither");
const slither = process.env.SLITHER ?? join(root, ".cache/slither-venv/bin/slither");
const execute = promisify(execFile);
const path = `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`;
const options = { cwd: workplace, env: { ...process.env, PATH: path }, maxBuffer: 1 << 28 };

interface Element {
  name: string;
  type_specific_fields?: { parent?: Element };
}

interface Finding {
  impact: string;
  check: string;
  where: string;
  reason?: string | undefined;
}

/** The contracts alone, without tests. */
async function prepare(): Promise<void> {
  await rm(workplace, { recursive: true, force: true });
  await mkdir(join(workplace, "scripts"), { recursive: true });
  for (const entry of ["contracts", "scripts/fuzz", "foundry.toml"]) {
    await cp(join(root, entry), join(workplace, entry), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(workplace, "node_modules"));
  for (const file of await readdir(join(workplace, "contracts"), { recursive: true })) {
    const full = join(workplace, "contracts", file);
    if (file.endsWith(".t.sol") || file.startsWith("test/")) await rm(full);
    else if (file.endsWith(".sol")) await writeFile(full, withoutAlias(await readFile(full, "utf8")));
  }
}

/** Slither takes a library that is imported by another name for the struct of its own name. */
function withoutAlias(source: string): string {
  return source.replace(/^library Score /m, "library Wilson ").replace("{Score as Wilson}", "{Wilson}");
}

function nameOf(element: Element | undefined): string {
  if (!element) return "";
  const parent = nameOf(element.type_specific_fields?.parent);
  return /^\w+$/.test(parent.split(".")[0] ?? "") ? `${parent}.${element.name}` : element.name;
}

async function find(): Promise<Finding[]> {
  await execute("forge", ["build", "--build-info", "--skip", "scripts/**"], options);
  const report = join(workplace, "report.json");
  const build = ["--ignore-compile", "--compile-force-framework", "foundry"];
  const paths = ["--foundry-out-directory", ".cache/forge/out", "--filter-paths", "node_modules"];
  // Slither's exit code says only whether there are findings.
  await execute(slither, [".", ...build, ...paths, "--json", report], options).catch(() => undefined);
  const { results } = JSON.parse(await readFile(report, "utf8")) as {
    results: { detectors?: { impact: string; check: string; elements: Element[] }[] };
  };
  const all = (results.detectors ?? []).map(({ impact, check, elements }) => {
    const where = nameOf(elements[0]);
    return { impact: impact.toLowerCase(), check, where, reason: reasons[check]?.[where] };
  });
  const serious = all.filter(({ impact }) => impact === "high" || impact === "medium");
  const unique = new Map(serious.map((finding) => [`${finding.check} ${finding.where}`, finding]));
  return [...unique.values()].sort((a, b) =>
    `${a.impact}${a.check}${a.where}`.localeCompare(`${b.impact}${b.check}${b.where}`),
  );
}

function page(version: string, findings: Finding[]): string {
  const rows = findings.map(
    ({ impact, check, where, reason }) =>
      `| ${impact} | ${check} | \`${where}\` | ${reason ?? "**not explained**"} |`,
  );
  return [
    "# What Slither reports",
    "",
    `Slither ${version} on the contracts, without tests: every finding of medium or high impact, and why it is none. Written by`,
    "`node scripts/slither/run.ts`, which fails when a finding has no reason here.",
    "",
    "| impact | detector | where | why it is none |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

await prepare();
const version = (await execute(slither, ["--version"])).stdout.trim();
const findings = await find();
const unexplained = findings.filter(({ reason }) => !reason);
const found = new Set(findings.map(({ check, where }) => `${check} ${where}`));
const gone = Object.entries(reasons)
  .flatMap(([check, places]) => Object.keys(places).map((where) => `${check} ${where}`))
  .filter((key) => !found.has(key));
await writeFile(
  join(root, "bench/slither.json"),
  `${JSON.stringify({ version, findings, unexplained: unexplained.length }, null, 2)}\n`,
);
await mkdir(join(root, "docs/protocol"), { recursive: true });
await writeFile(join(root, "docs/protocol/slither.md"), page(version, findings));
for (const { impact, check, where } of unexplained)
  console.error(`not explained: ${impact} ${check} ${where}`);
for (const key of gone) console.error(`no longer found: ${key}`);
console.log(`${findings.length} findings of medium or high impact, ${unexplained.length} not explained`);
if (unexplained.length + gone.length > 0) process.exitCode = 1;
