/**
 * `npm run mutation [FILE PATTERN…]`: puts small faults into the contracts, one at a time, and asks the Solidity tests
 * to notice each. Writes `bench/mutation.json` when every contract was tried. An interrupted run goes on where it was.
 * `--sample N` tries N of them, the same ones every time; `--own` leaves out the tests of other contracts.
 */
import { parseArgs } from "node:util";
import { Judge } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { readSources } from "./project.ts";
import { explanationOf, type Judged, report } from "./report.ts";
import { keysOf, Results } from "./results.ts";
import { buildSchema } from "./schema.ts";

const goal = 0.95;
const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1000);
const { values, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, own: { type: "boolean", default: false } },
});

const sources = readSources();
const schema = buildSchema(sources);
console.log(`${schema.mutants.length} mutants compiled (${seconds()} s).`);
const judge = new Judge(schema, sources);
const keys = keysOf(schema.mutants);
const results = new Results();
const keyOf = (mutant: Mutant) => keys.get(mutant) ?? "";
const matching = schema.mutants.filter(
  ({ file }) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
);
// Keys are hashes: the smallest are a fair sample.
const drawn = matching
  .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  .slice(0, Number(values.sample ?? matching.length));
const wanted = matching.filter((mutant) => drawn.includes(mutant));
const alive = new Set(wanted);
let shown = Date.now();
for (const reach of ["own", "all"] as const) {
  let tried = 0;
  // Tests of other contracts are spent on those alone that nobody has explained.
  for (const mutant of [...alive].filter((one) => reach === "own" || !explanationOf(one))) {
    const { killer } = await judge.judge(mutant, keyOf(mutant), results, reach);
    if (killer) alive.delete(mutant);
    tried++;
    if (Date.now() - shown < 20_000) continue;
    shown = Date.now();
    console.log(`${reach} tests: ${tried} tried, ${alive.size} alive, in ${mutant.file} (${seconds()} s)`);
  }
  if (values.own) break;
}
const judged: Judged[] = wanted.map((mutant) => ({ mutant, killed: !alive.has(mutant) }));
results.end();
const score = report(judged, schema, patterns.length === 0 && !values.own);
console.log(`${seconds()} s`);
if (score < goal) process.exitCode = 1;
