/**
 * Every way to be paid for training that was not done, before the real court: contracts on a chain, bonds, a committee of
 * three that trains segments again with the real Python worker, votes and settlements.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { readJob } from "@openledger/sdk/client/readJob";
import { type JobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { type Recipe, recipeDigest } from "@openledger/sdk/recipe";
import { attestationOf, type Report, reportBytes } from "@openledger/sdk/report";
import { pino } from "pino";
import { type Hex, parseEventLogs } from "viem";
import type { HDAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ContentSources } from "../../node/src/content/contentSources.ts";
import type { Opinion } from "../../node/src/judge/opinion.ts";
import { publishRun, Shelf } from "../../node/src/testing/publishedRun.ts";
import { Checker } from "../../node/src/trainer/checker.ts";
import { Commitments } from "../../node/src/trainer/commitment.ts";
import type { TrainingResult } from "../../node/src/trainer/runStore.ts";
import type { Material } from "../../node/src/trainer/workbench.ts";
import { PythonWorker } from "../../node/src/worker/pythonWorker.ts";
import { pythonBinary } from "../../scripts/setup/setup.mjs";
import { builder } from "../../scripts/stack/accounts.ts";
import { cheat, checkers, Hearing, honest, PRICE_WEI } from "./hearing.ts";
import { divergingSpec, forge, smallJob, writeBrittleBase } from "./runs.ts";

/** The forgeries, and what finds each. */
const FORGED: Record<string, RegExp> = {
  "copied-adapter": /^Steps/,
  "untrained-noise": /^Steps/,
  "one-record-replaced": /^Steps/,
  "contributor-left-out": /^Steps/,
  "half-the-steps-skipped": /^Steps/,
  "swapped-base": /^Steps/,
  "evaluation-split-learnt": /^Steps/,
  "interpolated-checkpoints": /^Steps/,
  "another-order": /^Steps/,
  "learning-rate-plus-10-percent": /^Steps/,
  "forged-moments": /^Steps/,
  "invented-loss-after": /held-out loss after/,
  "invented-loss-before": /held-out loss before/,
  "invented-training-losses": /loss of step/,
  "invented-early-stop": /held-out loss of step/,
  "invented-divergence": /can be learned/,
  "stopped-without-patience": /without having waited/,
  "another-step-kept": /kept step/,
};
/** How a run ended, of those that the real worker makes to their end. */
const ENDINGS: Record<string, Report["ended"]> = {
  honest: "steps",
  "stopped-early": "early-stop",
  diverged: "diverged",
};
/** Honest trainers: those, and one on a machine whose memory ran out. */
const HONEST = [...Object.keys(ENDINGS), "halved-batches"];
/** Lies about a run that may stop early. */
const STOPPING = ["invented-early-stop", "stopped-without-patience", "another-step-kept"];
/** Honest runs whose recipe was committed to after the training, or never. */
const UNCOMMITTED = ["recipe-committed-late", "recipe-never-committed"];

interface Case {
  name: string;
  account: HDAccount;
  spec: JobSpec;
  job: number;
  seed: number;
  report?: Report;
}

const folder = mkdtempSync(join(tmpdir(), "openledger-court-"));
const log = pino({ level: "silent" });
const stop = new AbortController();
const shelf = new Shelf();
const work = smallJob(join(folder, "data"));
const brittleBase = join(folder, "brittle-base");
let diverging: JobSpec;
let worker: PythonWorker;
let hearing: Hearing;
let chain: {
  chainId: number;
  addresses: Hearing["protocol"]["addresses"];
  client: unknown;
  head: () => unknown;
};
let makeChecker: (name: string) => Checker;
let cases: Case[];
const opinions = new Map<string, Opinion[]>();

beforeAll(async () => {
  worker = new PythonWorker({ command: pythonBinary(), log, signal: stop.signal });
  await writeBrittleBase(brittleBase);
  // Loads torch while the contracts are deployed.
  const warm = worker.request<{ baseDigest: Hex }>("describe_base", { base: brittleBase });
  const [started, { baseDigest }] = await Promise.all([Hearing.start(), warm]);
  hearing = started;
  diverging = divergingSpec(work.spec, baseDigest);
  await hearing.addBase(baseDigest, diverging.base.family, "brittle");
  const { client, addresses } = hearing.protocol;
  chain = {
    chainId: 31_337,
    addresses,
    client,
    head: async () => {
      const { number, timestamp } = await client.getBlock();
      return { number, timestamp: Number(timestamp) };
    },
  };
  const content = new ContentSources([await shelf.start()], stop.signal);
  const bench = { worker, gather: async (spec: JobSpec) => materialOf(spec) };
  const commitments = new Commitments(chain as never);
  makeChecker = (name) =>
    new Checker({ chain, content, bench, commitments, log, folder: join(folder, name) } as never);

  cases = await claimAll(commitments);
  const results = await trainAll(cases);
  for (const [index, each] of cases.entries()) {
    const result = results[index] as TrainingResult;
    const { job, account, spec } = each;
    const where = { chainId: 31_337, training: addresses.training, job, trainer: account.address, spec };
    each.report = publishRun(shelf, result, where);
    shelf.publish(reportBytes(each.report));
    if (each.name === "recipe-committed-late") await commitLate(each, result);
  }
  const attest = (account: HDAccount) =>
    cases
      .filter((each) => each.account === account)
      .map(({ job, report }) => hearing.training("attest", job, attestationOf(report as Report)));
  await hearing.together([
    [honest, attest(honest)],
    [cheat, attest(cheat)],
  ]);
});

afterAll(async () => {
  await worker?.stop();
  stop.abort();
  shelf.stop();
  await hearing?.protocol.stop();
  rmSync(folder, { recursive: true, force: true });
});

function materialOf(spec: JobSpec): Material {
  const material = work.materialOf(spec);
  const isBrittle = spec.base.baseDigest === diverging.base.baseDigest;
  return isBrittle ? { ...material, base: brittleBase } : material;
}

function specOf(name: string): JobSpec {
  if (name === "diverged") return diverging;
  if (name === "stopped-early") return work.hasty;
  return STOPPING.includes(name) ? work.stopping : work.spec;
}

/** Post and claim every job, and read the seeds that the claims drew. */
async function claimAll(commitments: Commitments): Promise<Case[]> {
  const claimed: Case[] = [];
  for (const name of [...HONEST, ...Object.keys(FORGED), ...UNCOMMITTED]) {
    const account = HONEST.includes(name) ? honest : cheat;
    const spec = specOf(name);
    shelf.publish(jobSpecBytes(spec));
    const job = await hearing.post(jobSpecDigest(spec), spec.base.baseDigest);
    await hearing.send(account, [hearing.training("claim", job)]);
    const claim = await commitments.claimOf(job, account.address);
    if (claim === undefined) throw new Error(`Job ${job} was not claimed.`);
    claimed.push({ name, account, spec, job, seed: claim.seed });
  }
  return claimed;
}

/** Commit to each recipe by the heartbeat of step 0, then train or forge. */
async function trainAll(all: readonly Case[]): Promise<TrainingResult[]> {
  for (const { name, account, spec, job, seed } of all) {
    if (UNCOMMITTED.includes(name)) continue;
    const { recipe } = await worker.request<{ recipe: Recipe }>("recipe", { ...materialOf(spec), seed });
    await hearing.send(account, [hearing.training("heartbeat", job, 0, recipeDigest(recipe), 0n)]);
  }
  const runFolder = (name: string) => join(folder, "runs", name);
  const isMadeHere = (name: string) => name in ENDINGS || UNCOMMITTED.includes(name);
  const forged = all.filter(({ name }) => !isMadeHere(name));
  const forgeries = forge(
    forged.map(({ name, spec, seed }) => ({
      cheat: name,
      material: materialOf(spec),
      seed,
      workDir: runFolder(name),
    })),
  );
  const made = new Map<string, TrainingResult>();
  for (const { name, spec, seed } of all) {
    if (!isMadeHere(name)) continue;
    const request = { ...materialOf(spec), seed, workDir: runFolder(name) };
    made.set(name, await worker.request<TrainingResult>("train", request));
  }
  for (const [index, result] of (await forgeries).entries()) made.set(forged[index]?.name ?? "", result);
  return all.map(({ name }) => made.get(name) as TrainingResult);
}

/** The first thing that the chain hears is how far the run is; the recipe comes when all is done. */
async function commitLate({ account, job }: Case, result: TrainingResult): Promise<void> {
  const head = result.transcriptHead;
  await hearing.send(account, [hearing.training("heartbeat", job, result.steps, head, 0n)]);
  await hearing.send(account, [hearing.training("heartbeat", job, 0, recipeDigest(result.recipe), 0n)]);
}

describe("before the court", () => {
  test("three checkers, each on its own, accept the honest runs and find every cheat", async () => {
    const attested = await hearing.protocol.client.getContractEvents({
      address: hearing.protocol.addresses.training,
      abi: trainingAbi,
      eventName: "Attested",
      fromBlock: 0n,
      strict: true,
    });
    expect(attested).toHaveLength(cases.length);
    const docket = attested[0]?.args.docket as number;
    expect(new Set(attested.map(({ args }) => args.docket))).toEqual(new Set([docket]));
    const items = attested.map(({ args }) => args).sort((a, b) => a.position - b.position);
    const caseOf = (job: number) => cases.find((each) => each.job === job) as Case;
    const drawn = await hearing.judge(docket, async (member, state) => {
      const checker = makeChecker(member.address);
      const [first] = opinions.values();
      const mine: Opinion[] = [];
      for (const [index, item] of items.entries()) {
        const { name, spec } = caseOf(item.job);
        // The same evidence gives the same opinion: all three check an honest run and a cheat, the first one all.
        const isChecked = first === undefined || ["honest", "learning-rate-plus-10-percent"].includes(name);
        const posted = {
          job: item.job,
          specDigest: jobSpecDigest(spec),
          baseDigest: spec.base.baseDigest,
          parentRelease: 0,
          priceWei: PRICE_WEI,
          deadline: 0,
        };
        const progress = { passed: [], missing: undefined };
        mine.push(
          isChecked ? await checker.check(posted, item, state.seed, progress) : (first[index] as Opinion),
        );
      }
      opinions.set(member.address, mine);
      return mine;
    });
    expect(new Set(drawn)).toEqual(new Set(checkers.map(({ address }) => address)));
    const told = Object.fromEntries(
      items.map(({ job }, index) => [caseOf(job).name, [...opinions.values()].map((all) => all[index])]),
    );
    for (const [name, ended] of Object.entries(ENDINGS))
      expect(cases.find((each) => each.name === name)?.report?.ended, name).toBe(ended);
    for (const name of HONEST)
      for (const opinion of told[name] ?? []) expect(opinion, name).toMatchObject({ grade: 3 });
    for (const [name, why] of Object.entries(FORGED))
      for (const opinion of told[name] ?? [])
        expect(opinion, name).toMatchObject({ grade: 0, why: expect.stringMatching(why) });
    for (const name of UNCOMMITTED)
      expect(told[name]?.[0], name).toMatchObject({ grade: 0, reason: "transcript-broken" });
  });

  test.each(HONEST)("%s is paid", async (name) => {
    const { job, report } = cases.find((each) => each.name === name) as Case;
    const { client, addresses } = hearing.protocol;
    const earnedWei = async () => {
      const account = { address: addresses.vault, abi: vaultAbi, args: [honest.address] } as const;
      return (await client.readContract({ ...account, functionName: "earnedBy" }))[0];
    };
    const beforeWei = await earnedWei();
    const settle = hearing.training("settle", job, honest.address, attestationOf(report as Report));
    const [receipt] = await hearing.send(builder.account, [settle]);
    const logs = receipt?.logs ?? [];
    const [accepted] = parseEventLogs({ abi: trainingAbi, eventName: "JobAccepted", logs });
    expect(accepted?.args).toMatchObject({ job, trainer: honest.address, paidWei: PRICE_WEI });
    expect((await readJob(client, { addresses, job })).status).toBe("ACCEPTED");
    expect((await earnedWei()) - beforeWei).toBe(PRICE_WEI);
  });

  test.each([...Object.keys(FORGED), ...UNCOMMITTED])(
    "%s costs the bond and opens the job again",
    async (name) => {
      const { job, report } = cases.find((each) => each.name === name) as Case;
      const { client, addresses } = hearing.protocol;
      const settle = hearing.training("settle", job, cheat.address, attestationOf(report as Report));
      const [receipt] = await hearing.send(builder.account, [settle]);
      const [rejected] = parseEventLogs({
        abi: trainingAbi,
        eventName: "AttestationRejected",
        logs: receipt?.logs ?? [],
      });
      expect(rejected?.args).toMatchObject({ job, trainer: cheat.address });
      expect(rejected?.args.slashedWei).toBeGreaterThan(0n);
      expect((await readJob(client, { addresses, job })).status).toBe("OPEN");
    },
  );
});
