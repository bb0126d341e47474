/**
 * `npm run mutation [FILE PATTERN…]`: puts small faults into the contracts, one at a time, and asks the Solidity tests
 * to notice each. Writes `bench/mutation.json` when every contract was tried. An interrupted run goes on where it was.
 */
import { Judge } from "./judge.ts";
import { readSources } from "./project.ts";
import { type Judged, report } from "./report.ts";
import { keysOf, Results } from "./results.ts";
import { buildSchema } from "./schema.ts";

const goal = 0.95;
const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1000);
const patterns = process.argv.slice(2);

const sources = readSources();
const schema = buildSchema(sources);
console.log(`${schema.mutants.length} mutants compiled (${seconds()} s).`);
const judge = new Judge(schema, sources);
for (const test of await judge.prepare()) console.log(`Left out, since it fails without any mutant: ${test}`);

const keys = keysOf(schema.mutants);
const results = new Results();
const wanted = schema.mutants.filter(
  ({ file }) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
);
const alive = new Set(wanted);
let shown = Date.now();
for (const reach of ["own", "all"] as const) {
  let tried = 0;
  for (const mutant of [...alive]) {
    const { killer } = await judge.judge(mutant, keys.get(mutant) ?? "", results, reach);
    if (killer) alive.delete(mutant);
    tried++;
    if (Date.now() - shown < 20_000) continue;
    shown = Date.now();
    console.log(`${reach} tests: ${tried} tried, ${alive.size} alive, in ${mutant.file} (${seconds()} s)`);
  }
  if (process.env.QUICK) break;
}
const judged: Judged[] = wanted.map((mutant) => ({ mutant, killed: !alive.has(mutant) }));
results.save();
const score = report(judged, schema.stillborn.length, schema.keptModifiers, patterns.length === 0);
console.log(`${seconds()} s`);
if (score < goal) process.exitCode = 1;
