/** Writes `docs/protocol/gas.md` from what was measured. */
import { writeFile } from "node:fs/promises";
import { repositoryRoot } from "../deploy/hardhat.ts";
import { budgets, type GasReport, type Operation } from "./budgets.ts";

const files = 128;
const voters = 5;
const filesPerSubmission = 20;
const format = (gas: number) => Math.round(gas).toLocaleString("en-GB");

/** What a step costs a file that is alone in its docket, and a file of a full one. */
function shared(report: GasReport): [string, number, number][] {
  return [
    ["submit", report.submit1Relayed, report.submit20Relayed / filesPerSubmission],
    ["commit, five voters", voters * report.loneCommit, (voters * report.commit) / files],
    ["reveal, five voters", voters * report.loneReveal, (voters * report.reveal) / files],
    ["settle", report.loneSettle, report.settleDocket / files],
    ["finalize", report.loneFinalize, report.finalize20Sweep / filesPerSubmission],
    ["everything, with opening, closing and drawing", report.loneFile, report.perAcceptedFile],
  ];
}

/** The page's text. */
function gasPage(report: GasReport): string {
  const rows = (Object.keys(budgets) as Operation[]).map((key) => {
    const { operation, budget, peers } = budgets[key];
    return `| ${operation} | ${format(report[key])} | ${format(budget)} | ${peers} |`;
  });
  const excuses = (Object.keys(budgets) as Operation[]).flatMap((key) => {
    const row = budgets[key];
    return "excess" in row ? [`- ${row.operation}: ${row.excess}.`] : [];
  });
  const steps = shared(report).map(([step, one, full]) => `| ${step} | ${format(one)} | ${format(full)} |`);
  return `# Gas

Written by \`npm run gas\`: whole transactions, optimizer and IR on, by people who did the same before. A check fails when an
operation grows or passes its budget. Peers were measured, or are stated by themselves, for the nearest thing that they do.

| operation | gas | budget | peers |
|---|---:|---:|---|
${rows.join("\n")}

Over their budget:

${excuses.join("\n")}

## What sharing a docket saves

Gas for one accepted file, committee of five.

| step | alone in its docket | in a full docket |
|---|---:|---:|
${steps.join("\n")}
`;
}

/** Writes the page. */
export async function writeGasPage(report: GasReport): Promise<void> {
  await writeFile(`${repositoryRoot}docs/protocol/gas.md`, gasPage(report));
}
