/**
 * `npm run bench:data`: how much the gateway bears, and what survives its processes. `--only load|faults` runs one part;
 * `--contributors`, `--at-once`, `--kills`, `--seed` make it smaller or other, and then nothing is written.
 * `--profile FOLDER` writes a CPU profile of the gateway.
 */
import { parseArgs } from "node:util";
import { measureLoad } from "./load.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    contributors: { type: "string", default: "200" },
    "at-once": { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    profile: { type: "string" },
  },
});

const started = Date.now();
const log = (line: string) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);

const load = await measureLoad({
  contributors: Number(options.contributors),
  filesEach: 20,
  atOnce: Number(options["at-once"]),
  seed: Number(options.seed),
  profile: options.profile,
  log,
});
console.log(
  JSON.stringify({ ...load, memory: { ...load.memory, samples: load.memory.samples.length } }, null, 1),
);
process.exit(0);
