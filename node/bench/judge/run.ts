import { mkdir, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Part, partOf } from "./corpus.ts";
import { DAMAGES, GOOD_FILES } from "./damages.ts";
import { type Judged, measure } from "./measure.ts";
import { confusionOf, figuresOf, missesOf } from "./report.ts";

const REPORT = new URL("../../../bench/judge.json", import.meta.url);
const SEED = 4;
const FILES_A_DAMAGE = 100;
const THRESHOLDS =
  "node/src/judge/checks, node/src/judge/known and node/src/judge/prints; for texts chosen on the part `tuning`, for pictures and sounds first on all sources; what misses of the part `test` led to is in docs/decisions/0012 and 0013";

/**
 * Measures how well files are judged: `npm run bench:judge [-- --part tuning|test --modality text|image|audio --damage
 * NAME]`. The whole test part is written to bench/judge.json; anything else is only printed.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      part: { type: "string", default: "test" },
      modality: { type: "string" },
      damage: { type: "string" },
    },
  });
  if (values.part !== "tuning" && values.part !== "test") {
    throw new Error(`--part is ${values.part}; it is tuning or test.`);
  }
  const part: Part = values.part;
  const judged: Judged[] = [];
  for (const [modality, read] of GOOD_FILES) {
    if (values.modality !== undefined && values.modality !== modality) continue;
    const files = (await read()).filter(({ source }) => partOf(source) === part);
    const damages = DAMAGES.filter(
      (damage) =>
        damage.modality === modality && (values.damage === undefined || values.damage === damage.name),
    );
    const started = performance.now();
    const found = await measure({ modality, files, damages, filesADamage: FILES_A_DAMAGE, seed: SEED });
    const seconds = (performance.now() - started) / 1_000;
    print(`${modality}: ${found.length} files judged in ${seconds.toFixed(1)} s`);
    judged.push(...found);
  }
  const misses = missesOf(judged);
  const report = {
    ...figuresOf(judged),
    byModality: Object.fromEntries(
      [...GOOD_FILES.keys()].map((modality) => [
        modality,
        figuresOf(judged.filter((one) => one.modality === modality)),
      ]),
    ),
    part,
    seed: SEED,
    filesADamage: FILES_A_DAMAGE,
    thresholds: THRESHOLDS,
    date: new Date().toISOString(),
    misses,
    confusion: confusionOf(judged),
  };
  for (const row of report.confusion) {
    const found = Object.entries(row.found)
      .sort(([, a], [, b]) => b - a)
      .map(([what, count]) => `${what} ${count}`)
      .join(", ");
    print(
      `${row.modality.padEnd(5)} ${row.damage.padEnd(28)} ${row.obvious ? " " : "~"} ${String(row.right).padStart(4)} of ${String(row.files).padEnd(4)} ${row.expected}: ${found}`,
    );
  }
  for (const { modality, file, damage, obvious, expected, found, why } of misses) {
    print(
      `miss${obvious ? "" : " (not obvious)"}: ${modality} ${file}, ${damage}: ${expected} expected, ${found} found: ${why}`,
    );
  }
  const { accuracy, falseRejections, nearDuplicateRecall, nearDuplicateFalseAlarms, counts } = report;
  print(
    JSON.stringify({
      part,
      accuracy,
      falseRejections,
      nearDuplicateRecall,
      nearDuplicateFalseAlarms,
      counts,
    }),
  );
  if (part !== "test" || values.modality !== undefined || values.damage !== undefined) return;
  await mkdir(new URL(".", REPORT), { recursive: true });
  await writeFile(REPORT, `${JSON.stringify(report, null, 2)}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
