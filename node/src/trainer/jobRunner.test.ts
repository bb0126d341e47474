/** What a run must not do: take over what another attempt made, or attest what the court would take the bond for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "@openledger/sdk/canonicalJson";
import { defaultJobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { drawnSeed, type Recipe, recipeDigest } from "@openledger/sdk/recipe";
import { sampleReport } from "@openledger/sdk/testing/sampleReport";
import { pino } from "pino";
import { type Hex, zeroHash } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { type TrainingState, trainingClient } from "../testing/trainingChain.ts";
import { WorkerError, WorkerGoneError, WorkerStoppedError } from "../worker/pythonWorker.ts";
import { JobRunner } from "./jobRunner.ts";
import { RunStore } from "./runStore.ts";

const trainer = "0x00000000000000000000000000000000000000aa";
const training = "0x00000000000000000000000000000000000000bb";
const digest = (digit: number): Hex => `0x${String(digit).repeat(64)}`;
const spec = defaultJobSpec({
  base: { name: "tiny", family: "gpt2", baseDigest: digest(1) },
  datasets: [{ datanet: 1, versionCount: 1, versionHead: digest(2) }],
});
const LEASED = 2;
const OPEN = 1;
const leased = {
  status: LEASED,
  poster: training,
  priceWei: 1n,
  specDigest: jobSpecDigest(spec),
  parentRelease: 0,
  trainer,
  leaseEnds: 1_000,
  attempts: 0,
  docket: 0,
  position: 0,
  deadline: 9_999,
};

const rules = {
  leaseSeconds: 600,
  bondWei: 1n,
  checkFeeWei: 1n,
  expiredLeasePenaltyBps: 1_000,
  maxAttempts: 3,
};

let folder: string;
let runs: RunStore;
let state: TrainingState;
/** Keys of the transactions that the runner wanted. */
let sent: string[];
/** Requests for a training that are not answered yet. */
let trainings: {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  signal: AbortSignal;
  halvings: number;
}[];
/** Chain time in seconds. */
let now: number;
let versions: Record<string, string>;
let runner: JobRunner;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openledger-runner-"));
  runs = new RunStore(openDatabase(join(folder, "node.sqlite")));
  state = { events: [], job: leased, rules };
  [sent, trainings, versions, now] = [[], [], { torch: "2" }, 500];
  claimIn(5, digest(3));
  begin();
});

/** Start the node, or start it again. */
function begin(): void {
  const request = (
    method: string,
    params: { seed: number; halvings: number },
    options?: { signal: AbortSignal },
  ) => {
    if (method === "recipe") return Promise.resolve({ recipe: recipeOf(params.seed) });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const signal = options?.signal as AbortSignal;
    signal.addEventListener("abort", () =>
      reject(new WorkerError({ code: "cancelled", message: "It was cancelled.", next: "" })),
    );
    trainings.push({ resolve, reject, signal, halvings: params.halvings });
    return promise;
  };
  const posted = { job: 1, specDigest: jobSpecDigest(spec), baseDigest: digest(1), parentRelease: 0 };
  runner = new JobRunner({
    chain: {
      chainId: 31_337,
      addresses: { training, parameters: trainer, deploymentBlock: 0 },
      account: { address: trainer },
      client: trainingClient(training, state),
      now: async () => now,
      head: async () => ({ number: 20n, timestamp: 100 }),
    },
    journal: {
      find: (key: string) => (sent.includes(key) ? {} : undefined),
      send: async ({ key }: { key: string }) => {
        sent.push(key);
      },
    },
    log: pino({ level: "silent" }),
    book: { find: () => posted },
    runs,
    bench: {
      isFreeForTraining: true,
      gather: async () => ({ base: "", files: [], spec }),
      worker: { request },
      train: (work: (signal: AbortSignal) => unknown) => work(new AbortController().signal),
      datasets: { forget: async () => undefined },
    },
    content: { read: async () => Buffer.from(jobSpecBytes(spec)) },
    publisher: { publish: async () => reportOf(seedOf(digest(3))) },
    folder,
  } as never);
}
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The chain's word that the job was claimed in a block. */
function claimIn(blockNumber: number, blockHash: Hex): void {
  const args = { job: 1, trainer, leaseEnds: 1_000, bondWei: 1n };
  state.events = state.events.filter(({ name }) => name !== "JobClaimed");
  state.events.push({ name: "JobClaimed", blockNumber, blockHash, args });
}

function beat(step: number, transcriptHead: Hex): void {
  const args = { job: 1, trainer, step, transcriptHead, lossMicronats: 0n, leaseEnds: 1_000 };
  state.events.push({ name: "Heartbeat", blockNumber: 6, blockHash: zeroHash, args });
}

const seedOf = (blockHash: Hex) => drawnSeed({ chainId: 31_337, training, job: 1, trainer, blockHash });
const recipeOf = (seed: number): Recipe => ({ ...sampleReport.recipe, seed, versions });
const reportOf = (seed: number) => ({ ...sampleReport, recipe: recipeOf(seed) });

/** A run whose report waits for its attestation, with its recipe and a later step told to the chain. */
function published(): void {
  const report = reportOf(seedOf(digest(3)));
  runs.begin(1, 1);
  runs.update(1, { state: "published", report: canonicalJson(report) });
  beat(0, recipeDigest(report.recipe));
  beat(5, digest(9));
}

test("what a lost attempt still trained is not taken for the next one's", async () => {
  runs.begin(1, 1);
  await runner.look();
  await expect.poll(() => trainings.length).toBe(1);
  state.job = { ...leased, status: OPEN };
  await runner.look();
  expect(runs.find(1)).toMatchObject({ attempt: 1, state: "lost" });
  // Claimed again before the worker heard of it: the answer is still that of the first attempt.
  runs.begin(1, 2);
  trainings[0]?.resolve({ adapterDigest: digest(8) });
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs.find(1)).toMatchObject({ attempt: 2, state: "claimed", result: undefined });
});

test("a training whose lease is over is stopped", async () => {
  runs.begin(1, 1);
  await runner.look();
  await expect.poll(() => trainings.length).toBe(1);
  state.job = { ...leased, status: OPEN };
  await runner.look();
  expect(trainings[0]?.signal.aborted).toBe(false);
  await runner.look();
  expect(trainings[0]?.signal.aborted).toBe(true);
});

test("a recipe is named before the first step, and a run with another one is given up after it", async () => {
  runs.begin(1, 1);
  const first = recipeDigest(recipeOf(seedOf(digest(3))));
  await runner.look();
  await expect.poll(() => trainings.length).toBe(1);
  expect(sent).toEqual([`recipe:1:1:${first}`]);
  trainings[0]?.resolve(undefined);
  runs.begin(1, 2);
  beat(0, first);
  beat(5, digest(9));
  versions = { torch: "3" };
  await expect
    .poll(async () => {
      await runner.look();
      return runs.find(1)?.state;
    })
    .toBe("lost");
  expect(runs.find(1)?.error).toContain("committed");
  expect(sent.filter((key) => key.startsWith("recipe:"))).toHaveLength(1);
});

test("a true run is attested", async () => {
  published();
  await runner.look();
  await expect.poll(() => runs.find(1)?.state).toBe("attested");
  expect(sent).toContain("attest:1:1");
});

test("a run whose claim now stands in another block is not attested: its seed is another one", async () => {
  published();
  claimIn(6, digest(4));
  await runner.look();
  await expect.poll(() => runs.find(1)?.state).toBe("lost");
  expect(sent.filter((key) => key.startsWith("attest:"))).toEqual([]);
});

test("a lease that is about to end is kept by a heartbeat, once", async () => {
  runs.begin(1, 1);
  await runner.look();
  await expect.poll(() => trainings.length).toBe(1);
  const beats = () => sent.filter((key) => key.startsWith("heartbeat:"));
  expect(beats()).toEqual([]);
  now = 701;
  await runner.look();
  await runner.look();
  expect(beats()).toEqual(["heartbeat:1:1:0:1000"]);
  // Mined: there is time again.
  state.job = { ...leased, leaseEnds: 1_301 };
  await runner.look();
  expect(beats()).toHaveLength(1);
});

test("a run whose lease ended while it trained is stopped, and nothing of it is attested", async () => {
  runs.begin(1, 1);
  await runner.look();
  await expect.poll(() => trainings.length).toBe(1);
  now = 1_001;
  await runner.look();
  expect(sent.filter((key) => key.startsWith("heartbeat:"))).toEqual([]);
  state.job = { ...leased, status: OPEN, attempts: 1 };
  await runner.look();
  await runner.look();
  expect(trainings[0]?.signal.aborted).toBe(true);
  expect(runs.find(1)).toMatchObject({ state: "lost", error: expect.stringContaining("lease is over") });
  expect(sent.filter((key) => key.startsWith("attest:"))).toEqual([]);
});

test("a worker that the system kills begins again with fewer rows, and in the end is given up", async () => {
  runs.begin(1, 1);
  const halvings: number[] = [];
  for (let deaths = 0; deaths < 5; deaths++) {
    // The count outlives the daemon.
    if (deaths === 3) begin();
    await expect
      .poll(async () => {
        await runner.look();
        return trainings.length;
      })
      .toBe(deaths + 1);
    halvings.push(trainings[deaths]?.halvings as number);
    trainings[deaths]?.reject(new WorkerGoneError("The worker's process ended (exit SIGKILL)."));
  }
  // Batches of 4, 4, 2, 1 and 1.
  expect(halvings).toEqual([0, 0, 1, 2, 3]);
  await expect.poll(() => runs.find(1)?.state).toBe("failed");
  expect(runs.find(1)?.error).toMatch(/ended 5 times .* too little memory .* SIGKILL/);
  now = 900;
  await runner.look();
  expect([trainings.length, sent.filter((key) => key.startsWith("heartbeat:"))]).toEqual([5, []]);
});

test("deaths are counted from the newest checkpoint, and not when the node stops", async () => {
  runs.begin(1, 1);
  for (const error of [
    new WorkerGoneError("killed"),
    new WorkerGoneError("killed"),
    new WorkerStoppedError(),
  ]) {
    const before = trainings.length;
    await expect
      .poll(async () => {
        await runner.look();
        return trainings.length;
      })
      .toBe(before + 1);
    trainings[before]?.reject(error);
  }
  await expect.poll(() => runs.deaths(1)).toBe(2);
  runs.addProgress(1, "checkpoint", { step: 5 });
  expect(runs.deaths(1)).toBe(0);
  expect(runs.addDeath(1)).toBe(1);
});
