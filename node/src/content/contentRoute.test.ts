import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CarReader } from "@ipld/car";
import type { FastifyInstance } from "fastify";
import { CID } from "multiformats/cid";
import pino from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { createServer } from "../app/server.ts";
import { CHUNK_BYTES } from "../storage/contentId.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { openEmbeddedStore } from "../storage/embeddedStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import { addContentRoute } from "./contentRoute.ts";
import { PublishedStore } from "./publishedStore.ts";

let folder: string;
let database: Database;
let store: ContentStore;
let published: PublishedStore;
let server: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-route-"));
  database = openDatabase(join(folder, "node.sqlite"));
  store = await openEmbeddedStore(join(folder, "content"));
  published = new PublishedStore(database);
  const made = createServer({
    log: pino({ level: "silent" }),
    metrics: new Registry(),
    readiness: () => undefined,
    role: "validator",
    account: undefined,
    trustProxy: false,
  });
  addContentRoute(made, { store, published });
  server = made as unknown as FastifyInstance;
});
afterEach(async () => {
  await server.close();
  await store.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function publish(bytes: Buffer, mediaType: string): Promise<string> {
  const path = join(folder, "file");
  writeFileSync(path, bytes);
  const cid = await store.putFile(path);
  const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
  published.add({ cid, mediaType, sizeBytes: bytes.length }, blocks);
  return cid;
}

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

test("a file, its head, and parts of it", async () => {
  const long = randomBytes(CHUNK_BYTES + 1000);
  const cid = await publish(long, "image/png");
  const whole = await get(`/ipfs/${cid}`);
  expect(whole.rawPayload).toEqual(long);
  expect(whole.headers).toMatchObject({
    "content-type": "image/png",
    "accept-ranges": "bytes",
    "access-control-allow-origin": "*",
    "x-ipfs-roots": cid,
  });
  const head = await server.inject({ method: "HEAD", url: `/ipfs/${cid}` });
  expect(head.headers["content-length"]).toBe(String(long.length));
  expect(head.rawPayload.length).toBe(0);

  const part = await get(`/ipfs/${cid}`, { range: `bytes=${CHUNK_BYTES - 2}-${CHUNK_BYTES + 2}` });
  expect(part.statusCode).toBe(206);
  expect(part.headers["content-range"]).toBe(`bytes ${CHUNK_BYTES - 2}-${CHUNK_BYTES + 2}/${long.length}`);
  expect(part.rawPayload).toEqual(long.subarray(CHUNK_BYTES - 2, CHUNK_BYTES + 3));
  expect((await get(`/ipfs/${cid}`, { range: "bytes=-10" })).rawPayload).toEqual(long.subarray(-10));
  expect((await get(`/ipfs/${cid}`, { range: `bytes=${CHUNK_BYTES}-` })).rawPayload).toEqual(
    long.subarray(CHUNK_BYTES),
  );
  expect((await get(`/ipfs/${cid}`, { range: `bytes=${long.length}-` })).statusCode).toBe(416);
  for (const nonsense of ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-"])
    expect((await get(`/ipfs/${cid}`, { range: nonsense })).statusCode).toBe(200);
});

test("every block of a file by its own CID, and all of them as a CAR", async () => {
  const cid = await publish(randomBytes(2 * CHUNK_BYTES + 3), "audio/wav");
  const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
  expect(blocks).toHaveLength(4);
  for (const block of blocks) {
    const answer = await get(`/ipfs/${block}?format=raw`);
    expect(answer.headers["content-type"]).toBe("application/vnd.ipld.raw");
    expect(createHash("sha256").update(answer.rawPayload).digest()).toEqual(
      Buffer.from(CID.parse(block).multihash.digest),
    );
  }
  const [, first = ""] = blocks;
  expect((await get(`/ipfs/${first}`, { accept: "application/vnd.ipld.raw" })).statusCode).toBe(200);
  // A block alone is no file: nobody published it as one.
  expect((await get(`/ipfs/${first}`)).statusCode).toBe(404);

  const car = await get(`/ipfs/${cid}`, { accept: "application/vnd.ipld.car" });
  expect(car.headers["content-type"]).toContain("application/vnd.ipld.car");
  const reader = await CarReader.fromBytes(car.rawPayload);
  expect((await reader.getRoots()).map(String)).toEqual([cid]);
  const held: string[] = [];
  for await (const block of reader.blocks()) held.push(String(block.cid));
  expect(held).toEqual(blocks);
});

test("what is not published is not served, though the store holds it", async () => {
  const cid = await store.putBytes(Buffer.from("private"));
  for (const url of [`/ipfs/${cid}`, `/ipfs/${cid}?format=raw`, `/ipfs/${cid}?format=car`])
    expect((await get(url)).json()).toMatchObject({ code: "unknown-content" });
});

test("what the store lost is said to be missing, not failed", async () => {
  const cid = await publish(Buffer.from("soon gone"), "text/plain");
  await store.remove(cid, [cid]);
  expect((await get(`/ipfs/${cid}`)).statusCode).toBe(404);
});
