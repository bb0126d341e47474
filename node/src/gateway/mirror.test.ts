import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leavesOf, leavesRootOf, submissionRoot } from "@openledger/sdk/leaves";
import { type Manifest, manifestBytes, manifestCid, manifestDigest } from "@openledger/sdk/manifest";
import pino from "pino";
import { Registry } from "prom-client";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { createServer, type Server } from "../app/server.ts";
import { addContentRoute } from "../content/contentRoute.ts";
import { ContentSources } from "../content/contentSources.ts";
import { PublishedStore } from "../content/publishedStore.ts";
import { CHUNK_BYTES } from "../storage/contentId.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { openEmbeddedStore } from "../storage/embeddedStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import { Mirror } from "./mirror.ts";

const CONTRIBUTOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const log = pino({ level: "silent" });

/** A node that holds content and serves it. */
interface Node {
  database: Database;
  store: ContentStore;
  published: PublishedStore;
  server: Server;
}

let folder: string;
let validator: Node;
let gateway: Node;
let submitted: { root: Hex; contributor: Hex; manifestDigest: Hex }[];
let states: Map<Hex, string>;
let mirrored: Hex[];
let mirror: Mirror;

async function nodeIn(directory: string, recover?: Mirror["recover"]): Promise<Node> {
  const database = openDatabase(join(folder, `${directory}.sqlite`));
  const store = await openEmbeddedStore(join(folder, directory));
  const published = new PublishedStore(database);
  const server = createServer({
    log,
    metrics: new Registry(),
    readiness: () => undefined,
    role: directory,
    account: undefined,
    trustProxy: false,
  });
  addContentRoute(server, { store, published, ...(recover === undefined ? {} : { recover }) });
  await server.listen({ host: "127.0.0.1", port: 0 });
  return { database, store, published, server };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-mirror-"));
  submitted = [];
  states = new Map();
  mirrored = [];
  validator = await nodeIn("validator");
  gateway = await nodeIn("gateway", (lost) => mirror.recover(lost));
  mirror = mirrorFrom(["http://127.0.0.1:1", validator.server.listeningOrigin]);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const { server, store, database } of [validator, gateway]) {
    await server.close();
    await store.close();
    database.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function mirrorFrom(urls: string[]): Mirror {
  return new Mirror({
    ...gateway,
    log,
    config: { DATA_DIR: folder },
    sources: new ContentSources(urls, new AbortController().signal),
    submissions: { find: (root: Hex) => (states.has(root) ? { state: states.get(root) } : undefined) },
    contributed: { add: (root: Hex) => mirrored.push(root) },
    chain: {
      addresses: { deploymentBlock: 0 },
      // Events of the chain are handed over anew at every look, as after a crash.
      scanner: {
        scan: async ({ handle }: { handle: (logs: unknown[]) => void }) =>
          handle(submitted.map((args) => ({ args }))),
      },
    },
  } as unknown as ConstructorParameters<typeof Mirror>[0]);
}

async function hold(node: Node, bytes: Uint8Array, mediaType: string): Promise<string> {
  const path = join(folder, "file");
  writeFileSync(path, bytes);
  const cid = await node.store.putFile(path);
  const blocks = await blocksOfFile(cid, (block) => node.store.getBlock(block));
  node.published.add({ cid, mediaType, sizeBytes: bytes.length }, blocks);
  return cid;
}

/** A submission on the chain whose content the validator has. */
async function submission(...contents: Uint8Array[]): Promise<{ root: Hex; manifest: Manifest }> {
  const files = [];
  for (const [index, bytes] of contents.entries()) {
    const sha256: Hex = `0x${createHash("sha256").update(bytes).digest("hex")}`;
    const cid = await hold(validator, bytes, "text/plain");
    files.push({
      name: `file-${index}.txt`,
      mediaType: "text/plain",
      sizeBytes: bytes.length,
      sha256,
      salt: `0x${"07".repeat(32)}` as Hex,
      cid,
    });
  }
  const manifest: Manifest = {
    version: 1,
    chainId: 31_337,
    datanets: CONTRIBUTOR,
    datanet: 1,
    terms: 1,
    licence: "CC0-1.0",
    contributor: CONTRIBUTOR,
    files,
  };
  await hold(validator, manifestBytes(manifest), "application/json");
  const root = submissionRoot(CONTRIBUTOR, leavesRootOf(leavesOf(CONTRIBUTOR, files)));
  submitted.push({ root, contributor: CONTRIBUTOR, manifestDigest: manifestDigest(manifest) });
  return { root, manifest };
}

const get = (cid: string) => fetch(`${gateway.server.listeningOrigin}/ipfs/${cid}`);

test("a gateway that lost its disk gets everything back from a validator", async () => {
  const long = randomBytes(CHUNK_BYTES + 9);
  const { root, manifest } = await submission(Buffer.from("One text."), long);
  await mirror.round();
  expect(mirrored).toEqual([root]);
  expect((await get(manifestCid(manifest))).status).toBe(200);
  const [, second] = manifest.files;
  const answer = await get(second?.cid ?? "");
  expect(answer.headers.get("content-type")).toContain("text/plain");
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(long);
  // Another look changes nothing.
  await mirror.round();
  expect(mirrored).toEqual([root]);
});

test("what was uploaded here and is not published yet is left to its own relay", async () => {
  const { root, manifest } = await submission(Buffer.from("Being relayed."));
  states.set(root, "received");
  await mirror.round();
  expect((await get(manifestCid(manifest))).status).toBe(404);
});

test("content that nobody has is asked for later, and given up in the end", async () => {
  const { root, manifest } = await submission(Buffer.from("Late."));
  const cid = manifest.files[0]?.cid ?? "";
  const bytes = await validator.store.getBlock(cid);
  await validator.store.remove(cid, [cid]);
  vi.useFakeTimers({ toFake: ["Date"] });
  await mirror.round();
  expect(mirrored).toEqual([]);
  await validator.store.putBytes(bytes);
  await mirror.round();
  expect(mirrored).toEqual([]);
  vi.setSystemTime(Date.now() + 60_000);
  await mirror.round();
  expect(mirrored).toEqual([root]);
});

test("one file that the store lost is brought back when somebody asks for it, and by a look through the store", async () => {
  const { manifest } = await submission(Buffer.from("Asked for."), Buffer.from("Looked for."));
  await mirror.round();
  const [first, second] = manifest.files.map(({ cid }) => cid);
  for (const cid of [first, second]) await gateway.store.remove(cid ?? "", [cid ?? ""]);
  expect(await (await get(first ?? "")).text()).toBe("Asked for.");
  await mirror.lookThrough();
  expect(await gateway.store.has(second ?? "")).toBe(true);
});

test("a source that sends other bytes gives nothing", async () => {
  const { manifest } = await submission(Buffer.from("True."));
  const liar = createServer({
    log,
    metrics: new Registry(),
    readiness: () => undefined,
    role: "liar",
    account: undefined,
    trustProxy: false,
  });
  liar.get("/ipfs/:cid", async (_request, reply) => reply.send(Buffer.from("False.")));
  await liar.listen({ host: "127.0.0.1", port: 0 });
  mirror = mirrorFrom([liar.listeningOrigin]);
  await mirror.round();
  expect(mirrored).toEqual([]);
  expect((await get(manifestCid(manifest))).status).toBe(404);
  await liar.close();
});
