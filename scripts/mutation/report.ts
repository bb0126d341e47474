/** `bench/mutation.json`: the score, and every mutant that lives. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Mutant } from "./mutants.ts";
import { root } from "./project.ts";
import type { Schema } from "./schema.ts";

interface Explanation {
  file: string;
  /** The line, without the space around it. */
  code: string;
  original: string;
  mutated: string;
  /** Why no test can tell the mutant from the contract. */
  why: string;
}

export interface Judged {
  mutant: Mutant;
  killed: boolean;
}

const explanationsFile = `${root}scripts/mutation/explained.json`;
const reportFile = `${root}bench/mutation.json`;

const share = (part: number, whole: number) =>
  whole === 0 ? 1 : Math.floor((part / whole) * 10_000) / 10_000;

const explanations = JSON.parse(readFileSync(explanationsFile, "utf8")) as Explanation[];
const used = new Set<Explanation>();

/** Why no test can tell a mutant from the contract, where somebody has said so. */
export function explanationOf({ file, code, original, mutated }: Mutant): string | undefined {
  const found = explanations.find(
    (row) => row.file === file && row.code === code && row.original === original && row.mutated === mutated,
  );
  if (found) used.add(found);
  return found?.why;
}

export function report(judged: Judged[], schema: Schema, write: boolean): number {
  const survivors = judged
    .filter(({ killed }) => !killed)
    .map(({ mutant }) => {
      const { file, line, operator, original, mutated, code, within } = mutant;
      const explanation = explanationOf(mutant);
      return { file, line, within, operator, original, mutated, code, ...(explanation && { explanation }) };
    });
  const killed = judged.length - survivors.length;
  const equivalent = survivors.filter(({ explanation }) => explanation).length;
  const files = [...new Set(judged.map(({ mutant }) => mutant.file))];
  const byFile = Object.fromEntries(
    files.map((file) => {
      const own = judged.filter(({ mutant }) => mutant.file === file);
      const ownKilled = own.filter((row) => row.killed).length;
      return [file, { score: share(ownKilled, own.length), mutants: own.length, killed: ownKilled }];
    }),
  );
  const result = {
    /** Killed of all; those explained as equivalent count as survivors here. */
    score: share(killed, judged.length),
    mutants: judged.length,
    killed,
    explained: equivalent,
    unexplained: survivors.length - equivalent,
    scoreWithoutExplained: share(killed, judged.length - equivalent),
    /** Tried of all that there are. */
    triedOf: schema.mutants.length,
    stillborn: schema.stillborn.length,
    notMutated: schema.keptModifiers,
    byFile,
    survivors,
  };
  if (write) writeFileSync(reportFile, `${JSON.stringify(result, null, 2)}\n`);
  console.table(byFile);
  for (const row of survivors.filter(({ explanation }) => !explanation)) {
    console.log(
      `${row.file}:${row.line} ${row.operator}: ${row.original} -> ${row.mutated || "(nothing)"}   | ${row.code}`,
    );
  }
  for (const row of explanations.filter((row) => write && !used.has(row))) {
    console.log(`An explanation fits no survivor: ${row.file}: ${row.original} -> ${row.mutated}`);
  }
  console.log(
    `${killed} of ${judged.length} mutants killed, score ${result.score}; ${equivalent} survivors explained, ${result.unexplained} not.`,
  );
  return result.score;
}
