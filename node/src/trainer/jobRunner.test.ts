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
import { WorkerError } from "../worker/pythonWorker.ts";
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
let trainings: { resolve: (result: unknown) => void; signal: AbortSignal }[];
let versions: Record<string, string>;
let runner: JobRunner;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openledger-runner-"));
  runs = new RunStore(openDatabase(join(folder, "node.sqlite")));
  state = { events: [], job: leased, rules };
  [sent, trainings, versions] = [[], [], { torch: "2" }];
  claimIn(5, digest(3));
  const request = (method: string, params: { seed: number }, options?: { signal: AbortSignal }) => {
    if (method === "recipe") return Promise.resolve({ recipe: recipeOf(params.seed) });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const signal = options?.signal as AbortSignal;
    signal.addEventListener("abort", () =>
      reject(new WorkerError({ code: "cancelled", message: "It was cancelled.", next: "" })),
    );
    trainings.push({ resolve, signal });
    return promise;
  };
  const posted = { job: 1, specDigest: jobSpecDigest(spec), baseDigest: digest(1), parentRelease: 0 };
  runner = new JobRunner({
    chain: {
      chainId: 31_337,
      addresses: { training, parameters: trainer, deploymentBlock: 0 },
      account: { address: trainer },
      client: trainingClient(training, state),
      now: async () => 100,
      head: async () => ({ number: 20n, timestamp: 100 }),
    },
    journal: {
      find: () => undefined,
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
});
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
