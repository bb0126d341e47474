/**
 * `npm run coverage`: which lines and which branches of the contracts the Solidity tests run. Both ways out of every
 * `if`, `?:`, `&&`, `||`, `require` and loop are branches, in assembly too. Writes `bench/coverage.json`.
 */
import { writeFileSync } from "node:fs";
import { build, parse } from "../mutation/compiler.ts";
import { fromText, isProduction, isTest, readSources, root, type Sources } from "../mutation/project.ts";
import { isSuite, runTests } from "../mutation/runner.ts";
import { hitsFile, hitsSource, instrument, type Spot } from "./instrument.ts";

const goals = { branches: 98, lines: 98 };

const sources = readSources();
const trees = parse(Object.fromEntries(Object.entries(sources).filter(([name]) => !isTest(name))));
const spots: Spot[] = [];
const instrumented: Sources = { ...sources, [hitsFile]: fromText(hitsSource) };
for (const file of Object.keys(sources).filter(isProduction)) {
  instrumented[file] = instrument(file, sources[file] ?? "", trees[file], spots);
}
const artifacts = build(instrumented);
const hit = new Set<number>();
const onHits = (hits: Uint8Array[]) => {
  for (const bytes of hits) hit.add(Number(`0x${Buffer.from(bytes).toString("hex")}`));
};
let tests = 0;
// Invariants reach by chance what they reach; what counts here is what a test says that it tests.
const suites = artifacts.filter((artifact) => isSuite(artifact) && !artifact.source.includes("/invariants/"));
for (const suite of suites) {
  const results = await runTests(artifacts, [suite], { fuzzRuns: 64, invariantRuns: 4, onHits });
  tests += results.length;
  for (const { name, reason } of results.filter(({ passed }) => !passed)) {
    console.log(`${suite.name}.${name} fails in the instrumented build: ${reason}`);
  }
}

const percent = (part: number, whole: number) =>
  whole === 0 ? 100 : Math.floor((part / whole) * 10_000) / 100;

/** A line counts as run when any of what begins on it ran. */
function figures(of: [Spot, number][]) {
  const branches = of.filter(([{ kind }]) => kind === "branch");
  const lines = Map.groupBy(
    of.filter(([{ kind }]) => kind === "line"),
    ([{ file, line }]) => `${file}:${line}`,
  );
  const run = [...lines.values()].filter((starts) => starts.some(([, id]) => hit.has(id))).length;
  const taken = branches.filter(([, id]) => hit.has(id)).length;
  return {
    branches: percent(taken, branches.length),
    lines: percent(run, lines.size),
    branchesTaken: taken,
    branchesInAll: branches.length,
    linesRun: run,
    linesInAll: lines.size,
  };
}

const all = spots.map((spot, id): [Spot, number] => [spot, id]);
const byFile = Object.fromEntries(
  [...Map.groupBy(all, ([{ file }]) => file)].map(([file, own]) => [file, figures(own)]),
);
const missing = all
  .filter(([, id]) => !hit.has(id))
  .map(([{ file, line, kind, what }]) => ({ file, line, kind, ...(what && { what }) }));
const total = figures(all);
writeFileSync(
  `${root}bench/coverage.json`,
  `${JSON.stringify({ ...total, tests, byFile, missing }, null, 2)}\n`,
);
console.table(
  Object.fromEntries(
    Object.entries(byFile).map(([file, { branches, lines }]) => [file, { branches, lines }]),
  ),
);
for (const { file, line, what } of missing) console.log(`never: ${file}:${line} ${what ?? ""}`);
console.log(
  `${total.branches} % of ${total.branchesInAll} branches and ${total.lines} % of ${total.linesInAll} lines, by ${tests} tests`,
);
if (total.branches < goals.branches || total.lines < goals.lines) process.exitCode = 1;
