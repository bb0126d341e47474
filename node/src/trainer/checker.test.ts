/** Checks of attestations with the real Python worker: a run that is honest, and every way to lie about one. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultJobSpec, type JobSpec, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { recipeDigest } from "@openledger/sdk/recipe";
import { attestationOf, type Report, reportBytes } from "@openledger/sdk/report";
import { CID } from "multiformats/cid";
import { pino } from "pino";
import { concat, type Hex, sha256, toHex, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ContentSources } from "../content/contentSources.ts";
import { publishRun, Shelf } from "../testing/publishedRun.ts";
import { sha256 as digestOf } from "../testing/testFiles.ts";
import { LocalBases } from "../worker/localBases.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { Checker, type CheckProgress } from "./checker.ts";
import type { PostedJob } from "./jobBook.ts";
import type { TrainingResult } from "./runStore.ts";

const root = new URL("../../../", import.meta.url).pathname;
const python = [join(root, ".venv/bin/python"), join(root, ".venv/Scripts/python.exe")].find((path) =>
  existsSync(path),
);
const log = pino({ level: "silent" });
const stop = new AbortController();
const trainer = "0x00000000000000000000000000000000000000Aa";

const shelf = new Shelf();
const { blocks } = shelf;
const publish = (bytes: Uint8Array) => shelf.publish(bytes);
let folder: string;
let worker: PythonWorker;
let checker: Checker;
let posted: PostedJob;
let honest: Report;
let committed: Hex;
/** What the block of the claim drew. */
const seed = 5_000_000_019;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-checker-"));
  const content = new ContentSources([await shelf.start()], stop.signal);
  worker = new PythonWorker({ command: python ?? "python3", log, signal: stop.signal });

  const bases = join(root, ".cache/bases");
  const name = readdirSync(bases).find((entry) => entry.includes("gpt2") && !entry.startsWith(".")) ?? "";
  const { baseDigest } = JSON.parse(readFileSync(join(bases, name, "base.json"), "utf8"));
  const base = await new LocalBases(bases, worker, log).find(baseDigest);
  if (base === undefined) throw new Error("Set-up made no base model.");
  const plain = defaultJobSpec({
    base: { name: base.name, family: base.family, baseDigest },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: digestOf(Buffer.from("version")) }],
  });
  const spec: JobSpec = {
    ...plain,
    lora: { ...plain.lora, rank: 2, alpha: 4 },
    training: {
      ...plain.training,
      steps: 4,
      epochs: 0,
      batchSize: 2,
      learningRate: 0.01,
      cutoffTokens: 48,
      checkpointEverySteps: 2,
    },
  };
  const path = join(root, "scripts/demo/files/text/word-problems-01.jsonl");
  const files = [{ path, mediaType: "application/jsonl", sha256: digestOf(readFileSync(path)) }];
  const material = { base: base.path, files, spec };
  const result = await worker.request<TrainingResult>("train", {
    ...material,
    seed,
    workDir: join(folder, "run"),
  });

  const chainId = 31_337;
  posted = {
    job: 1,
    specDigest: jobSpecDigest(spec),
    baseDigest,
    parentRelease: 0,
    priceWei: 1n,
    deadline: 2 ** 31,
  };
  honest = publishRun(shelf, result, { chainId, training: zeroAddress, job: 1, trainer, spec });
  const chain = { chainId, addresses: { training: zeroAddress } };
  const bench = { worker, gather: async () => material };
  const commitments = {
    claimOfAttestation: async () => ({ blockNumber: 5n, seed, bondWei: 5n, attestedBlock: 9n }),
    standingOf: async (_job: number, _trainer: Hex, head: Hex) => (head === committed ? "committed" : "open"),
  };
  committed = recipeDigest(honest.recipe);
  checker = new Checker({ chain, content, bench, commitments, log, folder: join(folder, "checks") } as never);
}, 600_000);

afterAll(async () => {
  await worker?.stop();
  stop.abort();
  shelf.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the checker says of a report, and of the attestation that belongs to it. */
function check(report: Report, draw = 1n, progress: CheckProgress = { passed: [], missing: undefined }) {
  publish(reportBytes(report));
  const attested = { job: 1, trainer, docket: 7, position: 0, attestation: attestationOf(report) } as const;
  return checker.check(posted, attested, draw, progress);
}

const changed = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 3] = (copy[copy.length - 3] ?? 0) ^ 0x40;
  return copy;
};

describe("an attestation", () => {
  test("that is true, in both of its segments", async () => {
    for (const draw of [1n, 2n, 3n]) expect(await check(honest, draw)).toMatchObject({ grade: 3 });
  }, 120_000);

  test("with a better loss than the adapter has, or a worse one before", async () => {
    const better = { ...honest, lossAfterMicronats: Math.round(honest.lossAfterMicronats * 0.9) };
    expect(await check(better)).toMatchObject({ grade: 0, reason: "transcript-broken" });
    const from = { ...honest, lossBeforeMicronats: Math.round(honest.lossBeforeMicronats * 1.1) };
    expect(await check(from)).toMatchObject({ grade: 0, reason: "evaluation-differs" });
  });

  test("with an adapter of another run", async () => {
    const bytes = changed(blocks.get(honest.adapterCid) ?? new Uint8Array());
    const report = { ...honest, adapterCid: publish(bytes), adapterDigest: digestOf(bytes) };
    expect(await check(report)).toMatchObject({ grade: 0, reason: "replay-differs" });
  });

  test("with a transcript that tells other losses", async () => {
    const text = Buffer.from(blocks.get(honest.transcriptCid) ?? []).toString();
    const forged = text.replace(/"lossMicronats":\d/, '"lossMicronats":1');
    expect(await check({ ...honest, transcriptCid: publish(Buffer.from(forged)) })).toMatchObject({
      grade: 0,
      reason: "transcript-broken",
    });
  });

  test("with checkpoints that the transcript does not name", async () => {
    const [first, ...others] = honest.checkpoints;
    if (first === undefined) throw new Error("There is no checkpoint.");
    const bytes = changed(blocks.get(first.cid) ?? new Uint8Array());
    const report = {
      ...honest,
      checkpoints: [{ ...first, cid: publish(bytes), digest: digestOf(bytes) }, ...others],
    };
    expect(await check(report)).toMatchObject({ grade: 0, reason: "transcript-broken" });
  });

  test("with a checkpoint that no training gives, in a transcript made for it", async () => {
    const [first, ...others] = honest.checkpoints;
    if (first === undefined) throw new Error("There is no checkpoint.");
    const bytes = Buffer.from(blocks.get(first.cid) ?? []);
    const adapterAt = 8 + Number(bytes.readBigUInt64LE());
    for (let at = adapterAt; at < adapterAt + 4_000; at += 4)
      bytes.writeFloatLE(bytes.readFloatLE(at) + 0.5, at);
    const digest = digestOf(bytes);
    const text = Buffer.from(blocks.get(honest.transcriptCid) ?? [])
      .toString()
      .replace(first.digest, digest);
    let head = recipeDigest(honest.recipe);
    for (const line of text.trim().split("\n")) head = sha256(concat([head, toHex(line)]));
    const report = {
      ...honest,
      transcriptCid: publish(Buffer.from(text)),
      transcriptHead: head,
      checkpoints: [{ ...first, cid: publish(bytes), digest }, ...others],
    };
    // Whichever segment is drawn, it begins or ends at the forged checkpoint.
    for (const opinion of await Promise.all([1n, 2n, 3n, 4n].map((draw) => check(report, draw)))) {
      expect(opinion.grade).toBe(0);
      expect(opinion.reason).toMatch(/replay-differs|transcript-broken/);
    }
  }, 120_000);

  test("of a recipe with another seed, one that came too late, and one that the data does not give", async () => {
    const other = { ...honest.recipe, seed: seed + 1 };
    expect(await check({ ...honest, recipe: other })).toMatchObject({
      reason: "transcript-broken",
      why: expect.stringContaining("the claim drew"),
    });
    const late = { ...honest.recipe, versions: {} };
    expect(await check({ ...honest, recipe: late })).toMatchObject({
      reason: "transcript-broken",
      why: expect.stringContaining("not committed"),
    });
    const recipe = { ...honest.recipe, dataDigest: digestOf(Buffer.from("other data")) };
    committed = recipeDigest(recipe);
    let head = committed;
    const text = Buffer.from(blocks.get(honest.transcriptCid) ?? []).toString();
    for (const line of text.trim().split("\n")) head = sha256(concat([head, toHex(line)]));
    const opinion = await check({ ...honest, recipe, transcriptHead: head });
    committed = recipeDigest(honest.recipe);
    expect(opinion).toMatchObject({ grade: 0, why: expect.stringContaining("dataDigest") });
  });

  test("that ended where it should not have", async () => {
    for (const change of [{ keptStep: 2 }, { ended: "early-stop" }, { ended: "diverged" }] as const)
      expect(await check({ ...honest, ...change })).toMatchObject({ grade: 0, reason: "transcript-broken" });
  });

  test("with more tokens than its steps read", async () => {
    expect(await check({ ...honest, tokens: honest.tokens * 2 })).toMatchObject({
      grade: 0,
      why: expect.stringContaining(`read ${honest.tokens} tokens`),
    });
  });

  test("whose CID names something that is no file", async () => {
    const bytes = Buffer.from("no node of a file");
    const adapterCid = CID.createV1(0x70, CID.parse(publish(bytes)).multihash).toString();
    blocks.set(adapterCid, bytes);
    expect(await check({ ...honest, adapterCid })).toMatchObject({ grade: 0, reason: "adapter-unavailable" });
  });

  test("of another job's report", async () => {
    expect(await check({ ...honest, job: 2 })).toMatchObject({ grade: 0, reason: "wrong-data" });
    expect(await check({ ...honest, baseDigest: digestOf(Buffer.from("x")) })).toMatchObject({
      reason: "wrong-base",
    });
  });

  test("whose files nobody serves is tried again, not judged", async () => {
    const adapter = blocks.get(honest.adapterCid) ?? new Uint8Array();
    blocks.delete(honest.adapterCid);
    await expect(check(honest)).rejects.toThrow("answered 404");
    blocks.set(honest.adapterCid, adapter);
  });
});
