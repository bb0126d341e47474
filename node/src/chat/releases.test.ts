import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { defaultJobSpec, jobSpecBytes } from "@openledger/sdk/jobSpec";
import { attestationOf, type Report, reportBytes } from "@openledger/sdk/report";
import { pino } from "pino";
import { type Hex, sha256, zeroAddress } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import { TEST_BASE, TEST_DATASET } from "../testing/chatServer.ts";
import { Releases } from "./releases.ts";

/** A file of one tensor, as small as safetensors can be. */
const adapter = safetensors("base_model.model.transformer.h.0.attn.c_attn.lora_A.weight");
const index = Buffer.from("what the data did");
const spec = defaultJobSpec({ base: TEST_BASE, datasets: [TEST_DATASET] });
const zero: Hex = `0x${"00".repeat(32)}`;

let folder: string;
let database: Database;
/** What is published, by CID. */
let published: Map<string, Uint8Array>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-releases-"));
  database = openDatabase(join(folder, "node.sqlite"));
  published = new Map();
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

const publish = (bytes: Uint8Array): Hex => {
  const digest = sha256(bytes);
  published.set(cidOfDigest(digest), bytes);
  return digest;
};

/** Publishes all but the index, and gives the releases as a chat server has them. */
function releasesOf(attribution: Report["attribution"]): Releases {
  const adapterDigest = publish(adapter);
  const specDigest = publish(jobSpecBytes(spec));
  const report: Report = {
    version: 2,
    chainId: 31_337,
    training: zeroAddress,
    job: 1,
    trainer: zeroAddress,
    specDigest,
    baseDigest: TEST_BASE.baseDigest,
    recipe: {
      version: 1,
      specDigest,
      baseDigest: TEST_BASE.baseDigest,
      dataDigest: zero,
      templateDigest: zero,
      seed: 1,
      steps: 1,
      dtype: "float32",
      threads: 1,
      quantization: null,
      versions: {},
    },
    adapterCid: cidOfDigest(adapterDigest),
    adapterDigest,
    transcriptCid: cidOfDigest(zero),
    transcriptHead: zero,
    lossBeforeMicronats: 2,
    lossAfterMicronats: 1,
    tokens: 1,
    steps: 1,
    keptStep: 1,
    ended: "steps",
    attribution,
    checkpoints: [],
    environment: {},
  };
  publish(reportBytes(report));
  const released = {
    release: 1,
    model: 1,
    job: 1,
    parentRelease: 0,
    specDigest,
    trainer: zeroAddress,
    attestation: attestationOf(report),
  };
  const read = async (cid: string) => {
    const bytes = published.get(cid);
    if (bytes === undefined) throw new ContentUnavailableError(`Nobody has ${cid}.`);
    return bytes;
  };
  return new Releases({
    database,
    folder: join(folder, "releases"),
    log: pino({ level: "silent" }),
    chain: {
      addresses: { models: zeroAddress, deploymentBlock: 0 },
      scanner: {
        scan: async ({ handle }: { handle: (logs: unknown[]) => void }) => handle([{ args: released }]),
      },
    } as unknown as Chain,
    content: {
      read,
      save: async (cid: string, path: string) => {
        const bytes = await read(cid);
        await writeFile(path, bytes);
        return { sha256: sha256(bytes), sizeBytes: bytes.length };
      },
    } as unknown as ContentSources,
  });
}

test("a release is served as soon as its adapter is here; its index may come later", async () => {
  const digest = sha256(index);
  const releases = releasesOf({ cid: cidOfDigest(digest), digest });
  await releases.look();
  const before = releases.find(1);
  expect(before?.spec).toEqual(spec);
  expect(before?.attributionIndex).toBeUndefined();
  expect(await readFile(join(before?.folder ?? "", "adapter_model.safetensors"))).toEqual(adapter);
  publish(index);
  await releases.look();
  const path = releases.find(1)?.attributionIndex ?? "";
  expect(await readFile(path)).toEqual(index);
  // It is fetched once.
  published.clear();
  await releases.look();
  expect(existsSync(path)).toBe(true);
});

test("an adapter whose files were found damaged is fetched again", async () => {
  const releases = releasesOf(null);
  await releases.look();
  const path = join(releases.find(1)?.folder ?? "", "adapter_model.safetensors");
  await writeFile(path, "damaged");
  releases.fetchAgain(1);
  expect(releases.find(1)).toMatchObject({ spec: undefined, error: undefined });
  await releases.look();
  expect(releases.find(1)?.spec).toEqual(spec);
  expect(await readFile(path)).toEqual(adapter);
});

test("a disk that is full is no fault of a release", async () => {
  const releases = releasesOf(null);
  // Nothing can be written where a file lies in the folder's place.
  await writeFile(join(folder, "releases"), "");
  await releases.look();
  expect(releases.find(1)).toMatchObject({ spec: undefined, error: undefined });
  await rm(join(folder, "releases"));
  await releases.look();
  expect(releases.find(1)?.spec).toEqual(spec);
});

test("a report whose index has another digest than its address names is served without it", async () => {
  const releases = releasesOf({ cid: cidOfDigest(publish(index)), digest: zero });
  await releases.look();
  expect(releases.find(1)).toMatchObject({ spec, attributionIndex: undefined });
});

test("an adapter that nobody has yet is waited for; another than the attested one is told of", async () => {
  const releases = releasesOf(null);
  const cid = cidOfDigest(sha256(adapter));
  published.delete(cid);
  await releases.look();
  expect(releases.find(1)).toMatchObject({ spec: undefined, error: undefined });
  published.set(cid, safetensors("something.else"));
  await releases.look();
  expect(releases.find(1)?.error).toContain("has the sha256");
});

function safetensors(name: string): Buffer {
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(4)]);
}
