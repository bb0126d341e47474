import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { ManifestFile } from "@openledger/sdk/manifest";
import pino from "pino";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { CHUNK_BYTES } from "../storage/contentId.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { openEmbeddedStore } from "../storage/embeddedStore.ts";
import { ContentKeeper } from "./contentKeeper.ts";
import { PublishedStore } from "./publishedStore.ts";

const MAXIMUM = 1_000;
let folder: string;
let database: Database;
let store: ContentStore;
let published: PublishedStore;
let keeper: ContentKeeper;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-keeper-"));
  database = openDatabase(join(folder, "node.sqlite"));
  store = await openEmbeddedStore(join(folder, "content"));
  published = new PublishedStore(database);
  keeper = keeperOf(MAXIMUM);
});
afterEach(async () => {
  await store.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function keeperOf(maximumBytes: number): ContentKeeper {
  return new ContentKeeper({ database, store, published, maximumBytes, log: pino({ level: "silent" }) });
}

const rootOf = (number: number): Hex => `0x${String(number).padStart(64, "0")}`;

/** Keeps a file of some bytes as the only one of a submission. */
async function keep(number: number, bytes: Buffer): Promise<string> {
  const sha256: Hex = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  const path = join(folder, "file");
  writeFileSync(path, bytes);
  const cid = bytes.length > CHUNK_BYTES ? await store.putFile(path) : cidOfDigest(sha256);
  const file: ManifestFile = {
    name: "file.txt",
    mediaType: "text/plain",
    sizeBytes: bytes.length,
    sha256,
    salt: rootOf(0),
    cid,
  };
  await keeper.keepFile(rootOf(number), 0, file, path);
  return cid;
}

const isServed = async (cid: string) => published.find(cid) !== undefined && (await store.has(cid));

test("what was rejected is given up first, the oldest before the others, then what was accepted", async () => {
  const accepted = await keep(1, randomBytes(300));
  const rejected = await keep(2, randomBytes(300));
  const rejectedLater = await keep(3, randomBytes(300));
  keeper.setGrades(rootOf(1), 2n);
  keeper.setGrades(rootOf(2), 0n);
  keeper.setGrades(rootOf(3), 0n);
  const next = await keep(4, randomBytes(300));
  expect([await isServed(accepted), await isServed(rejected), await isServed(rejectedLater)]).toEqual([
    true,
    false,
    true,
  ]);
  await keep(5, randomBytes(300));
  expect([await isServed(accepted), await isServed(rejectedLater), await isServed(next)]).toEqual([
    true,
    false,
    true,
  ]);
  await keep(6, randomBytes(300));
  expect([await isServed(accepted), await isServed(next)]).toEqual([false, true]);
  expect(keeper.keptBytes).toBe(900);
});

test("what the court has not decided stays, and newer content is not kept when nothing may go", async () => {
  const cids = [
    await keep(1, randomBytes(400)),
    await keep(2, randomBytes(400)),
    await keep(3, randomBytes(400)),
  ];
  expect(await Promise.all(cids.map(isServed))).toEqual([true, true, false]);
  expect(keeper.isKept(rootOf(3), 0)).toBe(false);
});

test("a file of two submissions is kept once, for the better of them", async () => {
  const bytes = randomBytes(500);
  const cid = await keep(1, bytes);
  expect(await keep(2, bytes)).toBe(cid);
  expect(keeper.keptBytes).toBe(500);
  keeper.setGrades(rootOf(1), 3n);
  keeper.setGrades(rootOf(2), 0n);
  const rejected = await keep(3, randomBytes(400));
  keeper.setGrades(rootOf(3), 0n);
  await keep(4, randomBytes(400));
  expect([await isServed(cid), await isServed(rejected)]).toEqual([true, false]);
});

test("a manifest goes only with the last of its accepted files' worth", async () => {
  const manifest = Buffer.from("{}");
  const sha256: Hex = `0x${createHash("sha256").update(manifest).digest("hex")}`;
  await keeper.keepManifest(rootOf(1), cidOfDigest(sha256), manifest);
  await keep(1, randomBytes(100));
  keeper.setGrades(rootOf(1), 1n);
  const rejected = await keep(2, randomBytes(800));
  keeper.setGrades(rootOf(2), 0n);
  await keep(3, randomBytes(800));
  expect([await isServed(cidOfDigest(sha256)), await isServed(rejected)]).toEqual([true, false]);
});

test("every block of a long file is there, and goes with it", async () => {
  keeper = keeperOf(3 * CHUNK_BYTES);
  const long = randomBytes(2 * CHUNK_BYTES + 1);
  const cid = await keep(1, long);
  const piece = cidOfDigest(`0x${createHash("sha256").update(long.subarray(0, CHUNK_BYTES)).digest("hex")}`);
  expect([await isServed(cid), published.hasBlock(piece), await store.has(piece)]).toEqual([
    true,
    true,
    true,
  ]);
  keeper.setGrades(rootOf(1), 0n);
  await keep(2, randomBytes(CHUNK_BYTES));
  expect([await store.has(cid), published.hasBlock(piece), await store.has(piece)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("a failing store does not hold up who judges", async () => {
  await store.close();
  await expect(keep(1, randomBytes(10))).resolves.toBeDefined();
  store = await openEmbeddedStore(join(folder, "content"));
});
