import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KuboStub } from "../testing/kuboStub.ts";
import { CHUNK_BYTES, cidOfFile } from "./contentId.ts";
import type { ContentStore } from "./contentStore.ts";
import { openEmbeddedStore } from "./embeddedStore.ts";
import { openKuboStore } from "./kuboStore.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-storage-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function sha256(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

describe("the embedded store", () => {
  let store: ContentStore;
  beforeAll(async () => {
    store = await openEmbeddedStore(join(directory, "store"));
  });
  afterAll(() => store.close());

  it.each([0, 1, 1000, CHUNK_BYTES])("names a file of %i bytes by its sha256", async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const path = join(directory, `small-${sizeBytes}`);
    await writeFile(path, bytes);
    const cid = await store.putFile(path);
    expect(cid).toBe(cidOfDigest(sha256(bytes)));
    expect(await store.putBytes(bytes)).toBe(cid);
    expect(await store.size(cid)).toBe(sizeBytes);
    expect(await collect(store.get(cid))).toEqual(bytes);
    expect(Buffer.from(await store.getBlock(cid))).toEqual(bytes);
  });

  it("gives a longer file one CID, whether stored or only computed, and every byte back", async () => {
    const bytes = randomBytes(3 * CHUNK_BYTES + 17);
    const path = join(directory, "long");
    await writeFile(path, bytes);
    const cid = await store.putFile(path);
    expect(cid).toMatch(/^bafybei/);
    expect(await cidOfFile(path, bytes.length, sha256(bytes))).toBe(cid);
    expect(await store.size(cid)).toBe(bytes.length);
    expect(await collect(store.get(cid))).toEqual(bytes);
    // One chunk of it is a raw block of its own.
    const first = cidOfDigest(sha256(bytes.subarray(0, CHUNK_BYTES)));
    expect(await store.has(first)).toBe(true);
  });

  it("gives the same bytes the same CID for ever, whatever happens to a library's defaults", async () => {
    const path = join(directory, "zeros");
    const bytes = Buffer.alloc(2 * CHUNK_BYTES);
    await writeFile(path, bytes);
    expect(await store.putFile(path)).toBe("bafybeiam7fzx7ebtpwnfqb4tfhcthbgihdavyir433y6dd5jjy37dftd4e");
  });

  it("does not know what it was not given, and does not wait for a network", async () => {
    const missing = cidOfDigest(sha256(Buffer.from("never stored")));
    expect(await store.has(missing)).toBe(false);
    await expect(collect(store.get(missing))).rejects.toThrow();
  });

  it("still holds everything when it is opened again", async () => {
    const cid = await store.putBytes(Buffer.from("kept"));
    await store.close();
    store = await openEmbeddedStore(join(directory, "store"));
    expect((await collect(store.get(cid))).toString()).toBe("kept");
  });
});

describe("a Kubo node over RPC", () => {
  let kubo: KuboStub;
  let store: ContentStore;

  beforeAll(async () => {
    kubo = await KuboStub.start();
    store = openKuboStore(kubo.url);
  });
  afterAll(() => kubo.stop());

  it("adds with the parameters that give the same CIDs, pins, and never reads from strangers", async () => {
    const path = join(directory, "for-kubo");
    await writeFile(path, "kubo keeps this");
    const cid = await store.putFile(path);
    expect(cid).toBe(cidOfDigest(sha256(Buffer.from("kubo keeps this"))));
    const added = kubo.requests.at(-1);
    expect(added?.path).toBe("/api/v0/add");
    expect(Object.fromEntries(added?.query ?? [])).toMatchObject({
      "cid-version": "1",
      "raw-leaves": "true",
      chunker: "size-1048576",
      pin: "true",
    });
    expect((await collect(store.get(cid))).toString()).toBe("kubo keeps this");
    expect(Buffer.from(await store.getBlock(cid)).toString()).toBe("kubo keeps this");
    expect(await store.size(cid)).toBe(15);
    expect(await store.has(cid)).toBe(true);
    expect((await collect(store.get(cid, { offset: 5, length: 5 }))).toString()).toBe("keeps");
    for (const { path: asked, query } of kubo.requests) {
      if (asked !== "/api/v0/add") expect(query.get("offline")).toBe("true");
    }
    expect(await store.has(cidOfDigest(sha256(Buffer.from("elsewhere"))))).toBe(false);
  });

  it("says so when the node does not answer, instead of that the content is missing", async () => {
    const nobody = openKuboStore("http://127.0.0.1:1");
    await expect(nobody.has(cidOfDigest(sha256(Buffer.from("x"))))).rejects.toThrow();
  });
});
