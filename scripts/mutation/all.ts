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
const judged: Judged[] = [];
let shown = Date.now();
for (const mutant of wanted) {
  const { killer } = await judge.judge(mutant, keys.get(mutant) ?? "", results);
  judged.push({ mutant, killed: killer !== undefined });
  if (Date.now() - shown < 20_000) continue;
  shown = Date.now();
  const alive = judged.filter(({ killed }) => !killed).length;
  console.log(`${judged.length} of ${wanted.length}, ${alive} alive, in ${mutant.file} (${seconds()} s)`);
}
results.save();
const score = report(judged, schema.stillborn.length, schema.keptModifiers, patterns.length === 0);
console.log(`${seconds()} s`);
if (score < goal) process.exitCode = 1;
