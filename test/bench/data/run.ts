/**
 * `npm run bench:data`: how much the gateway bears, and what survives the death of its processes. `--only load|faults`
 * measures one part and keeps the other's last result. `--contributors`, `--at-once`, `--kills`, `--gap`, `--seed` make
 * it smaller or other; with one of them, and with `--profile FOLDER` for a CPU profile of the gateway, the result is
 * printed and not kept. `--append` keeps it all the same, and adds a run of faults to those that are kept.
 * `--most-minutes` ends the killing early; how many were killed stands in the result. It ends with 1 when anything was
 * lost, not decided, or not found out.
 */
import { parseArgs } from "node:util";
import { isSound, measureFaults } from "./faults.ts";
import { measureLoad } from "./load.ts";
import { machineNow, writeReport } from "./report.ts";

const { values: options, tokens } = parseArgs({
  options: {
    only: { type: "string" },
    contributors: { type: "string", default: "200" },
    "at-once": { type: "string", default: "50" },
    kills: { type: "string", default: "200" },
    gap: { type: "string", default: "2" },
    "most-minutes": { type: "string", default: "14" },
    seed: { type: "string", default: "1" },
    profile: { type: "string" },
    append: { type: "boolean", default: false },
  },
  tokens: true,
});

const started = Date.now();
const tell = (line: string) => void process.stdout.write(`${line}\n`);
const log = (line: string) => tell(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);
const machine = machineNow();
/** What nobody waited for: it is told, and a long run goes on and reports what it finds. */
let surprises = 0;
process.on("unhandledRejection", (error) => {
  surprises += 1;
  log(`PROBLEM: a failure that nobody waited for: ${error instanceof Error ? error.stack : error}`);
});

const load =
  options.only === "faults"
    ? undefined
    : await measureLoad({
        contributors: Number(options.contributors),
        filesEach: 20,
        atOnce: Number(options["at-once"]),
        seed: Number(options.seed),
        profile: options.profile,
        log,
      });
const faults =
  options.only === "load"
    ? undefined
    : await measureFaults({
        kills: Number(options.kills),
        seed: Number(options.seed),
        contributors: Number(options.contributors),
        filesEach: 3,
        meanGapSeconds: Number(options.gap),
        mostSeconds: 60 * Number(options["most-minutes"]),
        log,
      });
const isWhole = tokens.every(
  (token) =>
    token.kind !== "option" || ["only", "most-minutes"].includes(token.name) || options.append === true,
);
if (isWhole) {
  const { load: _, faults: __, ...headline } = writeReport(machine, { load, faults, append: options.append });
  tell(JSON.stringify(headline, null, 2));
} else {
  tell(JSON.stringify({ load, faults }, null, 1));
}
const isLoadSound = load === undefined || load.losses.details.length === 0;
const areFaultsSound = faults === undefined || isSound(faults);
process.exit(isLoadSound && areFaultsSound && surprises === 0 ? 0 : 1);
