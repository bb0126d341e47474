/** `npm run up`: the whole stack and the demo. `--once` ends after the demo, `--summary FILE` writes it as JSON, `--reset` starts over. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { faultsOf, play } from "../demo/play.ts";
import { prepareWorld } from "../demo/world.ts";
import { builder, contributors, datanetOwner, deployer, trainers, validators } from "./accounts.ts";
import { type Stack, startStack } from "./stack.ts";

const started = Date.now();
const { values: options } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    reset: { type: "boolean", default: false },
    summary: { type: "string" },
  },
});
const root = fileURLToPath(new URL("../../", import.meta.url));
const directory = resolve(process.env.OPENLEDGER_STACK_DIR ?? join(root, ".openledger"));
const lock = join(directory, "stack.lock");

function tell(line: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
  console.log(`${seconds} s  ${line}`);
}

/** One stack a folder: its chain and journals have one writer. */
function takeLock(): void {
  mkdirSync(directory, { recursive: true });
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const pid = Number(readFileSync(lock, "utf8"));
    if (isAlive(pid))
      throw new Error(`A stack runs in ${directory} already (process ${pid}). Stop it with Ctrl-C first.`);
    rmSync(lock, { force: true });
    takeLock();
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function printAccess({ urls }: Stack): void {
  // No lines between rows and no colours: the tables are copied into notes and logs.
  const style = {
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
  };
  const places = new Table({ ...style, head: ["what", "where"] });
  places.push(
    ["page", urls.gateway],
    ["GraphQL", `${urls.gateway}/graphql`],
    ["gateway API", `${urls.gateway}/docs`],
    ["chat API", `${urls.gateway}/chat/v1/releases`],
    ["chain RPC", urls.rpc],
  );
  console.log(places.toString());
  const people = new Table({ ...style, head: ["demo account (local only)", "address"] });
  for (const { name, account } of [
    deployer,
    datanetOwner,
    builder,
    ...contributors,
    ...validators,
    ...trainers,
  ])
    people.push([name, account.address]);
  console.log(people.toString());
  console.log("Local only: these accounts come from a public mnemonic. Never send them anything of value.");
}

async function main(): Promise<number> {
  if (options.reset && existsSync(directory)) {
    takeLock();
    rmSync(directory, { recursive: true, force: true });
  }
  takeLock();
  let stack: Stack | undefined;
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      await stack?.stop();
      rmSync(lock, { force: true });
    })();
    return stopped;
  };
  let stopping = false;
  const interrupted = new Promise<number>((end) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        if (!stopping) console.log("\nStopping; the state stays and the next run goes on from it.");
        stopping = true;
        end(130);
      });
  });
  const work = async (): Promise<number> => {
    stack = await startStack({ directory, usualPorts: true, log: tell });
    const running = stack;
    await Promise.all([
      running.startServices(),
      prepareWorld(running.client, tell).then(() => running.startValidators()),
    ]);
    tell("index, gateway and validators run; trainers and chat warm up");
    const trainersReady = running.startTrainers();
    printAccess(running);
    // The first act needs no trainer; a trainer that cannot start ends the demo where it is needed.
    trainersReady.catch(() => {});
    const played = await play(running, directory, trainersReady, tell);
    const summary = { seconds: Math.round((Date.now() - started) / 1000), ...played };
    if (options.summary) writeFileSync(options.summary, `${JSON.stringify(summary, null, 2)}\n`);
    const faults = faultsOf(played);
    for (const fault of faults) tell(`FAULT: ${fault}`);
    tell(faults.length === 0 ? "every step held" : "the demo did not hold");
    if (options.once) return faults.length === 0 ? 0 : 1;
    console.log(`Open ${running.urls.gateway} in a browser. Ctrl-C stops everything.`);
    return interrupted;
  };
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    await stop();
  }
}

main().then(
  (code) => process.exit(options.once ? code : 0),
  (error) => {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
