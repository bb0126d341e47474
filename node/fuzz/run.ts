/**
 * `npm run fuzz:inputs [-- --seed N] [--share F] [--only NAME]` gives odd inputs to every parser and every HTTP address, and
 * writes `bench/inputs.json`. A number in the report's `failures`, with the seed, is the input again.
 */
import { writeFile } from "node:fs/promises";
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

const outcomes: Record<string, Outcome> = {};
const say = (text: string) => process.stdout.write(`${text}\n`);
const isWanted = (name: string) => values.only === undefined || name.startsWith(values.only);

function note(name: string, outcome: Outcome): void {
  outcomes[name] = { ...outcome, seconds: Math.round(outcome.seconds * 10) / 10 };
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

const { servers, stop } = await startServers();
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

const sum = (field: "inputs" | "crashes" | "hangs" | "status500" | "seconds") =>
  Object.values(outcomes).reduce((total, outcome) => total + outcome[field], 0);
const summary = {
  inputs: sum("inputs"),
  crashes: sum("crashes"),
  hangs: sum("hangs"),
  status500: sum("status500"),
  seconds: Math.round(sum("seconds")),
  seed,
};
say(JSON.stringify(summary));
if (values.only === undefined && share === 1) {
  const file = new URL("../../bench/inputs.json", import.meta.url);
  await writeFile(file, `${JSON.stringify({ ...summary, targets: outcomes }, null, 2)}\n`);
}
process.exit(summary.crashes + summary.hangs + summary.status500 === 0 ? 0 : 1);
