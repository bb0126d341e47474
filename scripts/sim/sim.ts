/**
 * `npm run sim` simulates the economy of the protocol's rules, prints what matters and writes `bench/sim/`: one JSON
 * for each experiment, one SVG for each plot. The same code writes the same bytes. `npm run sim -- NAME` runs one
 * experiment and prints it whole.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { defaultActors, defaultRules } from "./config.ts";
import { type CostRow, corruptionCosts } from "./cost.ts";
import { experiments, type Row, runExperiment, SEEDS } from "./experiments.ts";
import { plots, toSvg } from "./plots.ts";

const folder = fileURLToPath(new URL("../../bench/sim/", import.meta.url));

/** One row a line, so that a change of one variant changes one line. */
function linesOf(rows: readonly (Row | CostRow)[]): string {
  const line = ({ knobs, figures }: Row | CostRow) =>
    JSON.stringify({
      ...knobs,
      ...Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [
          name,
          typeof value === "number" ? value : [value.mean, value.margin],
        ]),
      ),
    });
  return `[\n${rows.map((row) => `  ${line(row)}`).join(",\n")}\n]\n`;
}

function print(name: string, rows: readonly Row[]): void {
  const table = new Table({ head: ["", ...rows.map(({ knobs }) => Object.values(knobs).join(" / "))] });
  for (const figure of Object.keys(rows[0]?.figures ?? {})) {
    const cells = rows.map(({ figures }) => {
      const found = figures[figure];
      return found ? `${found.mean} ± ${found.margin}` : "";
    });
    table.push([figure, ...cells]);
  }
  console.log(`\n${name}: ${Object.keys(rows[0]?.knobs ?? {}).join(" / ")}\n${table.toString()}`);
}

async function runAll(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rows: Record<string, Row[]> = {};
  for (const name of Object.keys(experiments)) {
    const started = performance.now();
    rows[name] = runExperiment(name);
    await writeFile(`${folder}${name}.json`, linesOf(rows[name]));
    console.log(
      `${name}: ${rows[name].length} variants, ${Math.round((performance.now() - started) / 1000)} s`,
    );
  }
  const costs = corruptionCosts();
  await writeFile(`${folder}corruption.json`, linesOf(costs));
  await writeFile(
    `${folder}setup.json`,
    `${JSON.stringify({ seeds: SEEDS, rules: defaultRules, actors: defaultActors }, amount, 2)}\n`,
  );
  for (const [name, spec] of Object.entries(plots)) {
    await writeFile(`${folder}${name}.svg`, await toSvg(spec({ rows, costs })));
  }
  print("defaults", rows.defaults ?? []);
}

/** Wei do not fit a JSON number. */
function amount(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

const [chosen] = process.argv.slice(2);
if (chosen === undefined) await runAll();
else if (chosen in experiments) print(chosen, runExperiment(chosen));
else
  throw new Error(`There is no experiment ${chosen}. Choose one of ${Object.keys(experiments).join(", ")}.`);
