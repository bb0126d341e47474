/**
 * `npm run sim` simulates the economy of the protocol's rules, prints what matters and writes `bench/sim/`: one JSON
 * for each experiment, one SVG for each plot. The same code writes the same bytes. `npm run sim -- NAME` runs one
 * experiment and prints it whole; `npm run sim -- plots` draws the plots anew from the files.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { toSvg } from "./charts.ts";
import { defaultActors, defaultRules } from "./config.ts";
import { corruptionCosts } from "./cost.ts";
import { experiments, type Row, runExperiment, SEEDS } from "./experiments.ts";
import { linesOf, rowsOf, setupText } from "./files.ts";
import { plots } from "./plots.ts";

const folder = fileURLToPath(new URL("../../bench/sim/", import.meta.url));

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
  await writeFile(`${folder}corruption.json`, linesOf(corruptionCosts()));
  await writeFile(
    `${folder}setup.json`,
    setupText({ seeds: SEEDS, rules: defaultRules, actors: defaultActors }),
  );
  await drawPlots(rows);
  print("defaults", rows.defaults ?? []);
}

async function drawPlots(rows: Record<string, Row[]>): Promise<void> {
  const costs = corruptionCosts();
  for (const [name, spec] of Object.entries(plots)) {
    await writeFile(`${folder}${name}.svg`, await toSvg(spec({ rows, costs })));
  }
}

async function readAll(): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = {};
  for (const name of Object.keys(experiments)) {
    rows[name] = rowsOf(await readFile(`${folder}${name}.json`, "utf8"));
  }
  return rows;
}

const [chosen] = process.argv.slice(2);
if (chosen === undefined) await runAll();
else if (chosen === "plots") await drawPlots(await readAll());
else if (chosen in experiments) print(chosen, runExperiment(chosen));
else
  throw new Error(
    `There is no experiment ${chosen}. Choose plots or one of ${Object.keys(experiments).join(", ")}.`,
  );
