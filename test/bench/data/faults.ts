import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RandomNumbers } from "../../../node/bench/data/randomNumbers.ts";
import { validators } from "../../../scripts/stack/accounts.ts";
import { type Aftermath, findAftermath } from "./aftermath.ts";
import { BrokenLink } from "./brokenLink.ts";
import { ChainClock } from "./chainClock.ts";
import type { Handed } from "./contributions.ts";
import { type Contributor, gatherContributors } from "./contributors.ts";
import { type Kill, Killer } from "./kills.ts";
import { Outages } from "./outages.ts";
import { untilTrue, within } from "./patience.ts";
import { Requests } from "./requests.ts";
import { SmallDisk } from "./smallDisk.ts";
import { openStage, type Stage } from "./stage.ts";
import { contributeSteadily, type Met } from "./steadyContributor.ts";
import { explainDockets, unfinalizedOf } from "./verdicts.ts";
import { breakWindows, type Window } from "./windows.ts";

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

/** What was broken, and what came of it. */
export interface FaultsResult extends Partial<Aftermath> {
  seed: number;
  contributors: number;
  files: number;
  /** Submissions that the gateway took, and how many of them are finalized. */
  submissions: number;
  finalized: number;
  seconds: number;
  kills: Kill[];
  windows: Window[];
  /** How much worked while processes were killed. */
  availability: Availability;
  /** Why contributors had to ask again. */
  retries: Record<string, number>;
  /** What should not have happened, a sentence each; and what kept the run from finding something out. */
  problems: string[];
}

/** How much of the network worked, from the first kill until the last process was back. */
interface Availability {
  seconds: number;
  /** From the kill to the answer that it is ready. */
  meanSecondsUntilBack: number;
  /** The mean share of processes that worked at a moment; and each one's share of the time. */
  workingShare: number;
  workingShareOf: Record<string, number>;
  /** How often each target was chosen, and how often each process died. */
  targets: Record<string, number>;
  deaths: Record<string, number>;
}

/** Whether nothing was lost, every submission and docket has one verdict, and every vote was revealed that could be. */
export function isSound(result: FaultsResult): boolean {
  const { problems, losses, votes, unrevealedWithoutExcuse, finals } = result;
  const faults = [losses?.details, votes?.faults, unrevealedWithoutExcuse, finals?.faults, problems];
  return faults.every((list) => list?.length === 0);
}

/** What waiting for a write adds to the time between two kills, on the average. */
const MEAN_WAIT_SECONDS = 0.8;
/** Seconds of this machine for one of the chain's: a killed process comes back within a window. */
const SLOWNESS = 2;
const DISK_MEGABYTES = 192;
/** How long contributors go on asking after the last of them came, and how long verdicts are waited for then. */
const LAST_CONTRIBUTOR_SECONDS = 120;
const SETTLE_SECONDS = 300;
/** A request may take this long; and looking through everything at the end. */
const ANSWER_SECONDS = 60;
const AFTERMATH_SECONDS = 400;
/** Killed processes are waited for two minutes each, and several at once. */
const LAST_BACK_SECONDS = 150;
const PROGRESS_SECONDS = 20;
/** The gateway, and a validator: each has had a full disk once in a run at least. */
const SMALL_DISKS = ["gateway", "validator-1"];

/**
 * Kills, cuts and fills while contributors contribute; then looks whether anything is missing. Every wait has an end:
 * what did not come in time stands among the problems of the result.
 */
export async function measureFaults(options: FaultOptions): Promise<FaultsResult> {
  const { log, seed } = options;
  const directory = await mkdtemp(join(tmpdir(), "openledger-kills-"));
  const disks = new Map<string, SmallDisk>();
  let link: BrokenLink | undefined;
  let stage: Stage | undefined;
  const cleanUp = async () => {
    await stage?.stop();
    link?.close();
    for (const disk of disks.values()) disk.unmount();
    await rm(directory, { recursive: true, force: true });
  };
  const interrupted = (signal: string) => {
    log(`stopping (${signal})`);
    void cleanUp().finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    for (const name of SMALL_DISKS) {
      const disk = SmallDisk.mount(join(directory, name), DISK_MEGABYTES);
      if (disk === undefined) log("mounting is not allowed here: no disk is filled");
      else disks.set(name, disk);
    }
    const opened = await openStage({
      directory,
      validators: validators.length,
      // Seven validators share this machine: none of them takes all of its cores.
      validator: { JUDGING_PROCESSES: "1" },
      rpcUrl: async (chainUrl) => {
        link = await BrokenLink.open(chainUrl);
        return link.url;
      },
      slowness: SLOWNESS,
      // That it was killed is told below, in numbers.
      log: (line) => line.includes("(SIGKILL)") || log(line),
    });
    stage = opened;
    return await breakStage(opened, link as unknown as BrokenLink, disks, options);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    await cleanUp();
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
  const clock = new ChainClock(stage);
  const windows: Window[] = [];
  const problems: string[] = [];
  const complain = (sentence: string) => {
    problems.push(sentence);
    log(`PROBLEM: ${sentence}`);
  };
  const attempt = <Result>(seconds: number, what: string, work: Promise<Result>) =>
    within(seconds, what, work).catch((error: unknown) => {
      complain(error instanceof Error ? error.message : String(error));
      return undefined;
    });
  const started = Date.now();
  const totalSeconds = Math.min(mostSeconds, (meanGapSeconds + MEAN_WAIT_SECONDS) * count);
  const killer = new Killer(stage, { count, random, meanGapSeconds, mostSeconds, outages, complain });
  const met: Met = { retries: new Map() };
  const handed: Handed[] = [];
  const noting = clock.run();
  const telling = tellProgress(stage, { handed, killer, options, log });

  const contributing = contributeAll(stage, contributors, {
    totalSeconds,
    started,
    met,
    took: (one) => handed.push(one),
    complain,
  });
  const windowsDone = breakWindows({
    ...{ link, disks, outages, windows, complain, started },
    totalMs: 1000 * totalSeconds,
  });
  const killing = killer.run().then(() => Date.now());
  const lastSeconds = totalSeconds + LAST_CONTRIBUTOR_SECONDS + 2 * ANSWER_SECONDS;
  const [, , killedUntil] = await Promise.all([
    attempt(lastSeconds, "Contributing", contributing),
    attempt(mostSeconds + ANSWER_SECONDS, "Cutting the chain and filling disks", windowsDone),
    attempt(mostSeconds + LAST_BACK_SECONDS, "Killing, and waiting until everything is back", killing),
  ]);
  log(`${handed.length} submissions were taken, ${killer.kills.length} kills; waiting for the verdicts`);
  const left = await untilFinalized(stage, handed);
  telling.stop();
  if (left.length > 0) {
    complain(`${left.length} of ${handed.length} submissions are not finalized after ${SETTLE_SECONDS} s.`);
    const dockets = left.flatMap(({ docket }) => docket ?? []);
    for (const sentence of (await attempt(
      ANSWER_SECONDS,
      "Reading dockets",
      explainDockets(stage, dockets),
    )) ?? [])
      complain(sentence);
  }
  log("comparing every file at every process");
  const aftermath = await attempt(
    AFTERMATH_SECONDS,
    "Looking what is missing",
    findAftermath(stage, handed, { outages, clock }),
  );
  clock.stop();
  await noting;
  const result: FaultsResult = {
    seed,
    contributors: contributors.length,
    files: contributors.reduce((sum, { files }) => sum + files.length, 0),
    submissions: handed.length,
    finalized: handed.length - left.length,
    seconds: Math.round((Date.now() - started) / 1000),
    kills: killer.kills,
    windows,
    availability: availabilityOf(stage, killer.kills, outages, [started, killedUntil ?? Date.now()]),
    retries: Object.fromEntries(met.retries),
    ...aftermath,
    problems,
  };
  tellResult(result, log);
  return result;
}

/** One contributor after the other, over the whole time; whoever gives up is complained of. */
async function contributeAll(
  stage: Stage,
  contributors: readonly Contributor[],
  parts: {
    totalSeconds: number;
    started: number;
    met: Met;
    took: (handed: Handed) => void;
    complain: (sentence: string) => void;
  },
): Promise<void> {
  const { totalSeconds, started, met, took, complain } = parts;
  const requests = new Requests(stage.gatewayUrl, ANSWER_SECONDS);
  const deadline = started + 1000 * (totalSeconds + LAST_CONTRIBUTOR_SECONDS);
  await Promise.all(
    contributors.map(async (contributor, index) => {
      await sleep((1000 * totalSeconds * index) / contributors.length);
      await contributeSteadily(requests, stage, contributor, deadline, met).then(took, (error: unknown) =>
        complain(`Contributor ${index} (${contributor.account.address}) gave up: ${error}.`),
      );
    }),
  );
}

/** A line every few seconds: how far the run is, and how much of the network is up. */
function tellProgress(
  stage: Stage,
  parts: {
    handed: readonly Handed[];
    killer: Killer;
    options: Pick<FaultOptions, "kills" | "contributors">;
    log: (line: string) => void;
  },
): { stop: () => void } {
  const { handed, killer, options, log } = parts;
  const processes = stage.validatorUrls.size + 1;
  const tell = async () => {
    const roots = handed.map(({ root }) => root);
    const left = await unfinalizedOf(stage, roots).catch(() => undefined);
    const finalized = left === undefined ? "?" : roots.length - left.length;
    log(
      `${killer.kills.length} of ${options.kills} kills, ${processes - killer.down} of ${processes} processes up, ${roots.length} of ${options.contributors} submissions taken, ${finalized} finalized`,
    );
  };
  const timer = setInterval(() => void tell(), 1000 * PROGRESS_SECONDS);
  return { stop: () => clearInterval(timer) };
}

/** @returns what is left when the patience is over; all of it when the chain could not be read. */
async function untilFinalized(stage: Stage, handed: readonly Handed[]) {
  let roots = handed.map(({ root }) => root);
  let left: { docket?: number }[] = roots.map(() => ({}));
  await untilTrue(SETTLE_SECONDS, 1_000, async () => {
    const unfinalized = await unfinalizedOf(stage, roots);
    roots = unfinalized.map(({ root }) => root);
    left = unfinalized;
    return left.length === 0;
  });
  return left;
}

function availabilityOf(
  stage: Stage,
  kills: readonly Kill[],
  outages: Outages,
  [from, to]: readonly [number, number],
): Availability {
  const rounded = (share: number) => Math.round(1000 * share) / 1000;
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const names = ["gateway", ...stage.validatorUrls.keys()];
  const shares = names.map((name) => outages.workingShare(name, from, to));
  const countOf = (values: readonly string[]) =>
    Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));
  return {
    seconds: Math.round((to - from) / 1000),
    meanSecondsUntilBack: rounded(mean(kills.flatMap(({ backAfterSeconds }) => backAfterSeconds ?? []))),
    workingShare: rounded(mean(shares)),
    workingShareOf: Object.fromEntries(names.map((name, at) => [name, rounded(shares[at] ?? 0)])),
    targets: countOf(kills.map(({ target }) => target)),
    deaths: countOf(kills.map(({ process }) => process)),
  };
}

function tellResult(result: FaultsResult, log: (line: string) => void): void {
  const { availability, losses, votes, unrevealedWithoutExcuse, finals, problems } = result;
  const { meanSecondsUntilBack, workingShare, workingShareOf } = availability;
  log(
    `${result.kills.length} kills; back after ${meanSecondsUntilBack} s on the average; ${Math.round(100 * workingShare)} % of the processes worked at a moment, the gateway ${Math.round(100 * (workingShareOf.gateway ?? 0))} % of the time`,
  );
  log(
    `${losses?.lost ?? "?"} files lost, ${losses?.doubled ?? "?"} doubled; ${votes?.unrevealed.length ?? "?"} of ${votes?.committed ?? "?"} votes not revealed, ${unrevealedWithoutExcuse?.length ?? "?"} of them without excuse; ${result.finalized} of ${result.submissions} submissions finalized, ${finals?.accepted ?? "?"} of ${finals?.files ?? "?"} files accepted; ${problems.length} problems`,
  );
}
