import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHUNK_BYTES } from "../storage/contentId.ts";
import { openEmbeddedStore } from "../storage/embeddedStore.ts";
import { ContentSources, ContentUnavailableError } from "./contentSources.ts";

const bytes = Buffer.from("Some published bytes.");
const digest = sha256(bytes);
const cid = cidOfDigest(digest);
let folder: string;
let servers: Server[];
let asked: string[];
/** What the first source serves by CID. */
let served: Map<string, Uint8Array>;
let url: string;
let content: ContentSources;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-content-"));
  servers = [];
  asked = [];
  served = new Map([[cid, bytes]]);
  url = await serve((name) => served.get(name));
  content = new ContentSources([url], new AbortController().signal);
});
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

function sha256(of: Uint8Array): Hex {
  return `0x${createHash("sha256").update(of).digest("hex")}`;
}

async function serve(find: (cid: string) => Uint8Array | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "", "http://source").pathname.replace("/ipfs/", "");
    asked.push(name);
    const found = find(name);
    response.statusCode = found === undefined ? 404 : 200;
    response.end(found);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("bytes that are those of the CID", async () => {
  expect(await content.read(cid, 100)).toEqual(bytes);
  const path = join(folder, "file");
  expect(await content.save(cid, path, 100)).toEqual({ sha256: digest, sizeBytes: bytes.length });
  expect(readFileSync(path)).toEqual(bytes);
});

test.each([
  ["other bytes", () => Buffer.from("Something else."), "sent 15 bytes with the sha256"],
  ["bytes without an end", () => Buffer.alloc(3 * CHUNK_BYTES), "sent more than"],
  ["nothing", () => undefined, "answered 404"],
])("a source that serves %s leaves no file behind", async (_what, answer, sentence) => {
  const found = answer();
  served.clear();
  if (found !== undefined) served.set(cid, found);
  const path = join(folder, "file");
  await expect(content.save(cid, path, 100)).rejects.toThrow(sentence);
  await expect(content.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
  expect(existsSync(path)).toBe(false);
});

test("content that is longer than it may be is a fault of the content, not of the source", async () => {
  await expect(content.read(cid, 5)).rejects.toMatchObject({ code: "too-long" });
});

test("a source that is down", async () => {
  await new Promise((resolve) => servers[0]?.close(resolve));
  await expect(content.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
});

test("when one source is gone, withholds or lies, the others are asked, and one that is gone is left alone", async () => {
  const liar = await serve(() => Buffer.from("Something else."));
  const miser = await serve(() => undefined);
  const gone = "http://127.0.0.1:1";
  const several = new ContentSources([gone, miser, liar, url], new AbortController().signal);
  expect(await several.read(cid, 100)).toEqual(bytes);
  expect(await several.read(cid, 100)).toEqual(bytes);
});

test("a file of several blocks comes block by block, each from whoever has it", async () => {
  const long = randomBytes(2 * CHUNK_BYTES + 5);
  const path = join(folder, "long");
  writeFileSync(path, long);
  const store = await openEmbeddedStore(join(folder, "store"));
  const root = await store.putFile(path);
  await store.close();
  const opened = await openEmbeddedStore(join(folder, "store"));
  // The first source has the root and the last block only.
  served.clear();
  served.set(root, await opened.getBlock(root));
  const last = cidOfDigest(sha256(long.subarray(2 * CHUNK_BYTES)));
  served.set(last, await opened.getBlock(last));
  const held = new Map<string, Uint8Array>();
  for (const at of [0, CHUNK_BYTES]) {
    const name = cidOfDigest(sha256(long.subarray(at, at + CHUNK_BYTES)));
    held.set(name, await opened.getBlock(name));
  }
  const other = await serve((name) => held.get(name));
  const both = new ContentSources([url, other], new AbortController().signal);
  expect(await both.save(root, join(folder, "copy"), long.length)).toEqual({
    sha256: sha256(long),
    sizeBytes: long.length,
  });
  expect(readFileSync(join(folder, "copy"))).toEqual(long);
  await opened.close();
});

test("the only source that has a file is asked soon after it came back, though others answer", async () => {
  const miser = await serve(() => undefined);
  await new Promise((resolve) => servers[0]?.close(resolve));
  const both = new ContentSources([url, miser], new AbortController().signal);
  await expect(both.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
  await new Promise<void>((resolve) =>
    servers[0]?.listen(Number(new URL(url).port), "127.0.0.1", () => resolve()),
  );
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_000 });
  expect(await both.read(cid, 100)).toEqual(bytes);
});

test("a source that stays away is asked less and less", async () => {
  let knocks = 0;
  const miser = await serve(() => undefined);
  const broken = createServer((request) => {
    knocks += 1;
    request.socket.destroy();
  });
  servers.push(broken);
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  const { port } = broken.address() as AddressInfo;
  const both = new ContentSources([`http://127.0.0.1:${port}`, miser], new AbortController().signal);
  vi.useFakeTimers({ toFake: ["Date"] });
  for (let second = 0; second < 60; second++) {
    await expect(both.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
    vi.setSystemTime(Date.now() + 1_000);
  }
  expect(knocks).toBeGreaterThan(5);
  expect(knocks).toBeLessThan(15);
});

test("what this node keeps is read from its own disk, whoever is away; a damaged copy is not believed", async () => {
  const store = await openEmbeddedStore(join(folder, "own"));
  const long = randomBytes(2 * CHUNK_BYTES + 5);
  const path = join(folder, "long");
  writeFileSync(path, long);
  const root = await store.putFile(path);
  const alone = new ContentSources([], new AbortController().signal, store);
  expect(await alone.save(root, join(folder, "copy"), long.length)).toMatchObject({ sizeBytes: long.length });
  expect(readFileSync(join(folder, "copy"))).toEqual(long);
  await expect(alone.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
  const damaged = { has: async () => true, getBlock: async () => bytes.subarray(0, 5) };
  const careful = new ContentSources([url], new AbortController().signal, damaged);
  expect(await careful.read(cid, 100)).toEqual(bytes);
  expect(asked).toEqual([cid]);
  await store.close();
});
