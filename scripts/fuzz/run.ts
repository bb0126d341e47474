/**
 * Runs every Solidity invariant with forge, a fuzzer other than the one of `npm test`, and writes `bench/fuzz.json`.
 * `--calls 500000` says how many calls there are to be in all, `--seed 1` where the random sequences begin, and `--workers 2`
 * how many invariants run at once.
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { buildAll, type Campaign, forgeVersion, listInvariants, runCampaign } from "./forge.ts";

/** As `depth` in foundry.toml. */
const CALLS_PER_RUN = 128;

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "500000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    output: { type: "string", default: "bench/fuzz.json" },
  },
});

const started = performance.now();
await buildAll();
const invariants = await listInvariants();
const runs = Math.ceil(Number(values.calls) / invariants.length / CALLS_PER_RUN);
const campaigns: Campaign[] = new Array(invariants.length);
let next = 0;

async function work(): Promise<void> {
  while (next < invariants.length) {
    const index = next++;
    const invariant = invariants[index];
    if (!invariant) return;
    const campaign = await runCampaign(invariant, runs, Number(values.seed) + index);
    campaigns[index] = campaign;
    console.log(`${campaign.failure ? "broken" : "holds"}  ${campaign.name}  ${campaign.calls} calls`);
    if (campaign.failure) console.error(campaign.failure);
  }
}

await Promise.all(Array.from({ length: Number(values.workers) }, work));

const report = {
  fuzzer: "forge",
  version: await forgeVersion(),
  calls: campaigns.reduce((sum, campaign) => sum + campaign.calls, 0),
  seed: Number(values.seed),
  invariants: campaigns,
  failures: campaigns.filter((campaign) => campaign.failure).length,
  seconds: Math.round((performance.now() - started) / 1000),
};
await writeFile(values.output, `${JSON.stringify(report, null, 2)}\n`);
console.log(
  `${report.calls} calls, ${report.failures} broken invariants, ${report.seconds} s: ${values.output}`,
);
if (report.failures > 0) process.exitCode = 1;
