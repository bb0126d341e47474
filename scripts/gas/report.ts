/**
 * `npm run gas` measures what every operation costs, prints it beside its budget and the peers, and writes
 * `bench/gas.json` and `docs/protocol/gas.md`. With `--check` it writes nothing and fails when an operation grew or is over its budget.
 */
import { readFile, writeFile } from "node:fs/promises";
import Table from "cli-table3";
import { buildContracts, repositoryRoot } from "../deploy/hardhat.ts";
import { budgets, type GasReport, type Operation } from "./budgets.ts";
import { startChain } from "./chain.ts";
import { measureJudging } from "./judging.ts";
import { writeGasPage } from "./page.ts";
import { measureRights } from "./rights.ts";
import { measureTraining } from "./training.ts";
import { measureUsage } from "./usage.ts";

const snapshotFile = `${repositoryRoot}bench/gas.json`;
/** Committees follow from block hashes, so any change of code moves a figure by some zero bytes of calldata. */
const noiseGas = 120;

const operations = Object.keys(budgets) as Operation[];
const format = (gas: number) => gas.toLocaleString("en-GB");

/** Every figure, measured on a fresh chain. */
async function measure(): Promise<GasReport> {
  const chain = await startChain();
  try {
    return {
      ...(await measureJudging(chain)),
      ...(await measureTraining(chain)),
      ...(await measureRights(chain)),
      ...(await measureUsage(chain)),
    } as GasReport;
  } finally {
    await chain.close();
  }
}

function print(report: GasReport): void {
  const table = new Table({
    head: ["operation", "gas", "budget", "of it", "peers"],
    colAligns: ["left", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const key of operations) {
    const { operation, budget, peers } = budgets[key];
    const share = `${Math.round((report[key] / budget) * 100)} %`;
    table.push([operation, format(report[key]), format(budget), share, peers]);
  }
  console.log(table.toString());
}

/** Operations over their budget, in sentences: those with a reason, and those without. */
function overBudget(report: GasReport): { excused: string[]; faults: string[] } {
  const over = operations.filter((key) => report[key] > budgets[key].budget);
  const sentence = (key: Operation) =>
    `${key} costs ${format(report[key])} gas, over its budget of ${format(budgets[key].budget)}`;
  return {
    excused: over.flatMap((key) => {
      const row = budgets[key];
      return "excess" in row ? [`${sentence(key)}: ${row.excess}.`] : [];
    }),
    faults: over.filter((key) => !("excess" in budgets[key])).map((key) => `${sentence(key)}.`),
  };
}

async function grown(report: GasReport): Promise<string[]> {
  const snapshot = JSON.parse(await readFile(snapshotFile, "utf8")) as Partial<GasReport>;
  return operations
    .filter((key) => !(report[key] <= (snapshot[key] ?? 0) + noiseGas))
    .map((key) => `${key} grew from ${format(snapshot[key] ?? 0)} to ${format(report[key])} gas.`);
}

await buildContracts();
const report = await measure();
print(report);
const { excused, faults } = overBudget(report);
for (const excuse of excused) console.log(excuse);
if (process.argv.includes("--check")) {
  faults.push(...(await grown(report)));
  if (faults.length > 0) faults.push('If the growth is meant, run "npm run gas" and commit bench/gas.json.');
} else {
  const ordered = Object.fromEntries(operations.map((key) => [key, report[key]]));
  await writeFile(snapshotFile, `${JSON.stringify(ordered, null, 2)}\n`);
  await writeGasPage(report);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
