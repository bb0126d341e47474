import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RandomNumbers } from "../../../node/bench/data/randomNumbers.ts";
import { validators } from "../../../scripts/stack/accounts.ts";
import { BrokenLink } from "./brokenLink.ts";
import { compareContent, compareWithChain, type Handed, type Losses, sumLosses } from "./contributions.ts";
import { gatherContributors } from "./contributors.ts";
import { type Kill, Killer } from "./kills.ts";
import { Outages } from "./outages.ts";
import { Requests } from "./requests.ts";
import { SmallDisk } from "./smallDisk.ts";
import { openStage, type Stage } from "./stage.ts";
import { forEachAtOnce } from "./statistics.ts";
import { contributeSteadily, type Met } from "./steadyContributor.ts";
import { countFinalized, type Finals, readFinals, readVotes, type VotesFound } from "./verdicts.ts";

/** How much is broken. */
export interface FaultOptions {
  kills: number;
  seed: number;
  contributors: number;
  filesEach: number;
  meanGapSeconds: number;
  /** No more kills after this long, however many are left. */
  mostSeconds: number;
  log: (line: string) => void;
}

/** A time without the chain, or without room on a disk. */
interface Window {
  kind: "rpc-down" | "disk-full";
  /** Whose disk. */
  process?: string;
  atSeconds: number;
  seconds: number;
}

/** What was broken, and what came of it. */
export interface FaultsResult {
  seed: number;
  contributors: number;
  files: number;
  seconds: number;
  kills: Kill[];
  windows: Window[];
  /** Why contributors had to ask again. */
  retries: Record<string, number>;
  /** On the chain, and at the gateway. */
  losses: Losses;
  /** What each process does not hold, or holds with other bytes. */
  held: Record<string, Losses>;
  votes: VotesFound;
  /** Votes that were not revealed although their owner could have, with the time that there was. */
  unrevealedWithoutExcuse: { docket: number; voter: string; workingSeconds: number }[];
  finals: Finals;
  /** How many files were rejected for which reason. */
  rejectedFor: Record<string, number>;
}

/** What waiting for a write, and for a process that is ready, adds to the time between two kills. */
const MEAN_WAIT_SECONDS = 2.5;
/** Seconds of this machine for one of the chain's: a killed process comes back within a window. */
const SLOWNESS = 2;
/** After a start, a voter needs this long to look, to send, and to be mined in a block that comes every two seconds. */
const REVEAL_MS = 8_000;
const CUT_SECONDS = 8;
const FULL_SECONDS = 8;
const DISK_MEGABYTES = 192;
const SETTLE_PATIENCE_MS = 300_000;
/** The gateway, and a validator: each has had a full disk once in a run at least. */
const SMALL_DISKS = ["gateway", "validator-1"];

/** Kills, cuts and fills while contributors contribute; then looks whether anything is missing. */
export async function measureFaults(options: FaultOptions): Promise<FaultsResult> {
  const { log, seed } = options;
  const directory = await mkdtemp(join(tmpdir(), "openledger-kills-"));
  const disks = new Map<string, SmallDisk>();
  let link: BrokenLink | undefined;
  let stage: Stage | undefined;
  try {
    for (const name of SMALL_DISKS) {
      const disk = SmallDisk.mount(join(directory, name), DISK_MEGABYTES);
      if (disk === undefined) log("mounting is not allowed here: no disk is filled");
      else disks.set(name, disk);
    }
    stage = await openStage({
      directory,
      validators: validators.length,
      rpcUrl: async (chainUrl) => {
        link = await BrokenLink.open(chainUrl);
        return link.url;
      },
      slowness: SLOWNESS,
      log,
    });
    return await breakStage(stage, link as unknown as BrokenLink, disks, options);
  } finally {
    await stage?.stop();
    link?.close();
    for (const disk of disks.values()) disk.unmount();
    await rm(directory, { recursive: true, force: true });
    log(`seed ${seed} done`);
  }
}

async function breakStage(
  stage: Stage,
  link: BrokenLink,
  disks: ReadonlyMap<string, SmallDisk>,
  options: FaultOptions,
): Promise<FaultsResult> {
  const { log, seed, kills: count, meanGapSeconds, mostSeconds } = options;
  const contributors = await gatherContributors(options.contributors, options.filesEach, seed);
  const random = new RandomNumbers(seed);
  const outages = new Outages();
  const windows: Window[] = [];
  const started = Date.now();
  const firstBlock = Number((await stage.client.getBlock()).timestamp);
  /** When this machine's clock showed what when the chain's showed `seconds`. */
  const clockAt = (seconds: number) => started + 1000 * SLOWNESS * (seconds - firstBlock);
  const killer = new Killer(stage, { count, random, meanGapSeconds, mostSeconds, outages, log });
  const totalMs = 1000 * Math.min(mostSeconds, (meanGapSeconds + MEAN_WAIT_SECONDS) * count);

  const met: Met = { retries: new Map() };
  const requests = new Requests(stage.gatewayUrl);
  const contributing = Promise.all(
    contributors.map(async (contributor, index) => {
      await sleep((totalMs * index) / contributors.length);
      return contributeSteadily(requests, stage, contributor, started + totalMs + SETTLE_PATIENCE_MS, met);
    }),
  );
  const breaking = breakWindows({ link, disks, outages, windows, totalMs, started });
  const killing = killer.run();
  const [handed] = await Promise.all([contributing, killing, breaking]);
  log(`${handed.length} submissions were taken; waiting for their verdicts`);
  await untilFinalized(stage, handed, log);
  const held: Record<string, Losses> = {};
  for (const [name, url] of [["gateway", stage.gatewayUrl] as const, ...stage.validatorUrls]) {
    const contents = await forEachAtOnce(handed, 8, (one) => compareContent(new Requests(url), one));
    held[name] = sumLosses(contents);
  }
  const losses = sumLosses([await compareWithChain(stage, handed), held.gateway as Losses]);
  const votes = await readVotes(stage);
  const nameOf = (voter: string) =>
    validators.find(({ account }) => account.address.toLowerCase() === voter.toLowerCase())?.name ?? voter;
  const unrevealedWithoutExcuse = votes.unrevealed
    .map(({ docket, voter, from, to }) => ({
      docket,
      voter: nameOf(voter),
      workingSeconds: outages.longestWorking([nameOf(voter), "chain"], clockAt(from), clockAt(to)) / 1000,
    }))
    .filter(({ workingSeconds }) => 1000 * workingSeconds >= REVEAL_MS);
  const finals = await readFinals(stage, handed);
  const rejectedFor = await reasonsOf(requests, handed);
  log(
    `${losses.lost} lost, ${losses.doubled} doubled, ${unrevealedWithoutExcuse.length} of ${votes.committed} votes not revealed, ${finals.finalized} of ${handed.length} finalized`,
  );
  return {
    seed,
    contributors: contributors.length,
    files: contributors.reduce((sum, { files }) => sum + files.length, 0),
    seconds: Math.round((Date.now() - started) / 1000),
    kills: killer.kills,
    windows,
    retries: Object.fromEntries(met.retries),
    losses,
    held,
    votes,
    unrevealedWithoutExcuse,
    finals,
    rejectedFor,
  };
}

async function reasonsOf(requests: Requests, handed: readonly Handed[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { root } of handed) {
    const { files } = await requests.status(root);
    for (const { grade, reason } of files) {
      const key = reason?.key ?? "unknown";
      if (grade === 0) counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

/** Three cuts of the chain, and each small disk full once, spread over the run. */
async function breakWindows(parts: {
  link: BrokenLink;
  disks: ReadonlyMap<string, SmallDisk>;
  outages: Outages;
  windows: Window[];
  totalMs: number;
  started: number;
}): Promise<void> {
  const { link, disks, outages, windows, totalMs, started } = parts;
  const now = () => Math.round((Date.now() - started) / 100) / 10;
  const at = (share: number) => sleep(Math.max(0, started + share * totalMs - Date.now()));
  const cut = async () => {
    windows.push({ kind: "rpc-down", atSeconds: now(), seconds: CUT_SECONDS });
    const over = outages.begin("chain");
    link.cut();
    await sleep(1000 * CUT_SECONDS);
    link.mend();
    over();
  };
  const fill = async ([name, disk]: [string, SmallDisk]) => {
    windows.push({ kind: "disk-full", process: name, atSeconds: now(), seconds: FULL_SECONDS });
    const over = outages.begin(name);
    disk.fill();
    await sleep(1000 * FULL_SECONDS);
    disk.free();
    over();
  };
  const breaks = [cut, ...[...disks].map((entry) => () => fill(entry)), cut, cut];
  for (const [index, one] of breaks.entries()) {
    await at((index + 1) / (breaks.length + 1));
    await one();
  }
}

async function untilFinalized(
  stage: Stage,
  handed: readonly Handed[],
  log: (line: string) => void,
): Promise<void> {
  const roots = handed.map(({ root }) => root);
  const deadline = Date.now() + SETTLE_PATIENCE_MS;
  for (;;) {
    const finalized = await countFinalized(stage, roots);
    if (finalized === roots.length) return;
    if (Date.now() > deadline) {
      log(
        `only ${finalized} of ${roots.length} submissions are finalized after ${SETTLE_PATIENCE_MS / 1000} s`,
      );
      return;
    }
    await sleep(1000);
  }
}
