/**
 * `npm run fuzz:inputs [-- --seed N] [--share F] [--only NAME,…]` gives odd inputs to every parser and every HTTP address, and
 * writes `bench/inputs.json`; with `--only`, the rows of the targets whose names begin so. A number in the report's
 * `failures`, with the seed, is the input again.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { drive, type Outcome } from "./drive.ts";
import { fileTargets, makeMoreFiles } from "./files.ts";
import { closeConnections, driveServer, httpTargets } from "./http.ts";
import { parserTargets } from "./parsers.ts";
import { startServers } from "./servers.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000_007) },
    share: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const share = Number(values.share);
/** Requests to one server; an eighth as many times raw bytes come on top. */
const REQUESTS: Record<string, number> = { gateway: 24_000, validator: 3_000, trainer: 3_000, chat: 3_000 };

const mine: Record<string, Outcome> = {};
const say = (text: string) => process.stdout.write(`${text}\n`);
const only = values.only?.split(",");
const isWanted = (name: string) => only === undefined || only.some((start) => name.startsWith(start));
const file = new URL("../../bench/inputs.json", import.meta.url);

/** The rows of the report as it stands, of the same seed; other rows are of other inputs. */
function read(): Record<string, Outcome> {
  if (!existsSync(file)) return {};
  const report = JSON.parse(readFileSync(file, "utf8")) as { seed: number; targets: Record<string, Outcome> };
  return report.seed === seed ? report.targets : {};
}

function isServerWanted(): boolean {
  return Object.keys(REQUESTS).some((name) => isWanted(`${name}-requests`) || isWanted(`${name}-bytes`));
}

function totalOf(targets: Record<string, Outcome>) {
  const sum = (field: "inputs" | "crashes" | "hangs" | "status500" | "seconds") =>
    Object.values(targets).reduce((total, outcome) => total + outcome[field], 0);
  return {
    inputs: sum("inputs"),
    crashes: sum("crashes"),
    hangs: sum("hangs"),
    status500: sum("status500"),
    seconds: Math.round(sum("seconds")),
    seed,
  };
}

function note(name: string, outcome: Outcome): void {
  mine[name] = { ...outcome, seconds: Math.round(outcome.seconds * 10) / 10 };
  if (share === 1) {
    const targets = { ...read(), [name]: mine[name] };
    writeFileSync(file, `${JSON.stringify({ ...totalOf(targets), targets }, null, 2)}\n`);
  }
  const { inputs, crashes, hangs, status500, seconds, failures } = outcome;
  say(
    `${name.padEnd(22)} ${String(inputs).padStart(7)} inputs  ${crashes} crashes  ${hangs} hangs  ${status500} of 500  ${seconds.toFixed(1)} s`,
  );
  for (const { input, error } of failures)
    say(`    input ${input}: ${error.split("\n").slice(0, 4).join(" | ")}`);
}

const targets = [...parserTargets, ...fileTargets(await makeMoreFiles())].filter(({ name }) =>
  isWanted(name),
);
for (const { name, inputs } of targets) note(name, await drive(name, seed, 0, Math.ceil(inputs * share)));

const { servers, stop } = isServerWanted() ? await startServers() : { servers: [], stop: async () => {} };
try {
  for (const server of servers) {
    const { name, daemon } = server;
    let alive = true;
    void daemon.ended.then(() => {
      alive = false;
    });
    for (const target of httpTargets(server, REQUESTS[name] ?? 0).filter((one) => isWanted(one.name)))
      note(target.name, await driveServer(target, seed, Math.ceil(target.inputs * share), () => alive));
  }
} finally {
  closeConnections();
  await stop();
}

const outcomes = share === 1 ? read() : mine;
const total = totalOf(outcomes);
say(JSON.stringify(total));
process.exit(total.crashes + total.hangs + total.status500 === 0 ? 0 : 1);
