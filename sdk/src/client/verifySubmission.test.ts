import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { encode, prepare } from "@ipld/dag-pb";
import { UnixFS } from "ipfs-unixfs";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import {
  type Abi,
  createClient,
  custom,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  type Hex,
  numberToHex,
  zeroAddress,
} from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { courtAbi } from "../abi/court.ts";
import { datanetsAbi } from "../abi/datanets.ts";
import { addressesOf } from "../addresses.ts";
import { leavesOf, leavesRootOf, submissionRoot } from "../leaves.ts";
import { type Manifest, manifestBytes, manifestCid, manifestDigest, manifestSizeBytes } from "../manifest.ts";
import { verifySubmission } from "./verifySubmission.ts";

const CONTRIBUTOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const addresses = addressesOf(31_337);
const PIECE = 1_048_576;

type Held = Map<string, Uint8Array>;
let servers: Server[];
let held: Held;
let honest: string;

beforeEach(async () => {
  servers = [];
  held = new Map();
  honest = await serve((cid, response) => answer(held.get(cid), response));
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

function answer(bytes: Uint8Array | undefined, response: ServerResponse): void {
  response.statusCode = bytes === undefined ? 404 : 200;
  response.end(bytes);
}

async function serve(respond: (cid: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://source");
    expect(searchParams.get("format")).toBe("raw");
    respond(pathname.replace("/ipfs/", ""), response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sha256(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Keeps bytes as every store does: one raw block, or pieces of 1 MiB under a node. */
function hold(bytes: Uint8Array): string {
  if (bytes.length <= PIECE) return holdBlock(bytes, 0x55);
  const file = new UnixFS({ type: "file" });
  const links = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    file.addBlockSize(BigInt(piece.length));
    links.push({ Name: "", Hash: CID.parse(holdBlock(piece, 0x55)), Tsize: piece.length });
  }
  return holdBlock(encode(prepare({ Data: file.marshal(), Links: links })), 0x70);
}

function holdBlock(bytes: Uint8Array, codec: number): string {
  const digest = create(0x12, createHash("sha256").update(bytes).digest());
  const cid = CID.createV1(codec, digest).toString();
  held.set(cid, bytes);
  return cid;
}

interface Content {
  bytes: Uint8Array;
  mediaType?: string;
  sizeBytes?: number;
  cid?: string;
}

/** A manifest of files that the honest source holds. */
function manifestOf(contents: Content[], changes: Partial<Manifest> = {}): Manifest {
  const manifest: Manifest = {
    version: 1,
    chainId: 31_337,
    datanets: addresses.datanets,
    datanet: 1,
    terms: 1,
    licence: "CC0-1.0",
    contributor: CONTRIBUTOR,
    files: contents.map(({ bytes, mediaType = "text/plain", sizeBytes = bytes.length, cid }, index) => ({
      name: `file-${index}.txt`,
      mediaType,
      sizeBytes,
      sha256: sha256(bytes),
      salt: `0x${"07".repeat(32)}`,
      cid: cid ?? hold(bytes),
    })),
    ...changes,
  };
  held.set(manifestCid(manifest), manifestBytes(manifest));
  return manifest;
}

/** A client of a chain that holds one submission, judged with grade 2 for every file. */
function chainWith(manifest: Manifest, event: { sizeBytes?: number; manifestDigest?: Hex } = {}) {
  const leavesRoot = leavesRootOf(leavesOf(manifest.contributor, manifest.files));
  const root = submissionRoot(manifest.contributor, leavesRoot);
  const files = manifest.files.length;
  const results: Record<string, unknown> = {
    submissionOf: {
      contributor: CONTRIBUTOR,
      datanet: 1,
      docket: 4,
      position: 0,
      files,
      finalized: false,
      hasDuplicates: false,
    },
    standingOf: [true, false, BigInt(`0b${"10".repeat(files)}`)],
    latestAppeal: 0,
    docketOf: Object.fromEntries(
      (courtAbi as Abi)
        .filter((item) => item.type === "function")
        .find((item) => item.name === "docketOf")
        ?.outputs.flatMap((output) => ("components" in output ? output.components : []))
        .map(({ name, type }) => [
          name,
          name === "phase" ? 6 : name === "appealEnds" ? 99 : /^uint(8|16|32|40|48)$/.test(type) ? 0 : 0n,
        ]) ?? [],
    ),
  };
  const submitted = (datanetsAbi as Abi)
    .filter((item) => item.type === "event")
    .find((item) => item.name === "Submitted");
  if (submitted === undefined) throw new Error("The ABI has no event Submitted.");
  const values: Record<string, unknown> = {
    root,
    datanet: 1,
    contributor: CONTRIBUTOR,
    docket: 4,
    position: 0,
    files,
    sizeBytes: manifestSizeBytes(manifest),
    terms: 1,
    leavesRoot,
    manifestDigest: manifestDigest(manifest),
    day: 0,
    reservedWei: 0n,
    ...event,
  };
  const open = submitted.inputs.filter((input) => !input.indexed);
  const log = {
    address: addresses.datanets,
    topics: encodeEventTopics({ abi: [submitted], eventName: "Submitted", args: values as never }),
    data: encodeAbiParameters(
      open,
      open.map(({ name }) => values[name ?? ""] ?? 0),
    ),
    blockNumber: "0x5",
    blockHash: `0x${"01".repeat(32)}`,
    transactionHash: `0x${"02".repeat(32)}`,
    transactionIndex: "0x0",
    logIndex: "0x0",
    removed: false,
  };
  const client = createClient({
    transport: custom({
      request: async ({ method, params }: { method: string; params: [{ to: string; data: Hex }] }) => {
        if (method === "eth_chainId") return "0x7a69";
        if (method === "eth_blockNumber") return numberToHex(10);
        if (method === "eth_getLogs") return [log];
        if (method !== "eth_call") throw new Error(`The test's chain does not answer ${method}.`);
        const abi = (
          params[0].to.toLowerCase() === addresses.court.toLowerCase() ? courtAbi : datanetsAbi
        ) as Abi;
        const { functionName, args } = decodeFunctionData({ abi, data: params[0].data });
        const isOther = functionName === "submissionOf" && args?.[0] !== root;
        const result = isOther
          ? { ...(results.submissionOf as object), contributor: zeroAddress }
          : results[functionName];
        return encodeFunctionResult({ abi, functionName, result: result as never });
      },
    }),
  });
  return { client, root };
}

const text = (letters: string) => new Uint8Array(Buffer.from(letters));

test("every byte of a good submission, from one source, with verdict and grades", async () => {
  const long = new Uint8Array(randomBytes(2 * PIECE + 17)).map((byte) => byte || 1);
  const manifest = manifestOf([{ bytes: text("One short text.") }, { bytes: long }]);
  const { client, root } = chainWith(manifest);
  const kept: Uint8Array[] = [];
  const result = await verifySubmission(client, {
    addresses,
    root,
    sources: [honest],
    onBytes: (file, bytes) => {
      if (file.index === 1) kept.push(bytes);
    },
  });
  expect(result).toMatchObject({
    ok: true,
    contributor: CONTRIBUTOR,
    docket: 4,
    blockNumber: 5n,
    fileCount: 2,
    verifiedBytes: 15 + long.length,
    manifest: { ok: true, source: honest, licence: "CC0-1.0" },
    verdict: { settled: true, isFinal: false, appeals: 0, appealEnds: 99 },
    files: [
      { index: 0, ok: true, grade: 2, sources: [honest] },
      { index: 1, ok: true, grade: 2, sources: [honest] },
    ],
    sourceFaults: [],
  });
  expect(sha256(Buffer.concat(kept))).toBe(sha256(long));
});

test("sources that lie, withhold, send for ever and are down are passed over, and told of", async () => {
  const manifest = manifestOf([{ bytes: text("What was signed.") }]);
  const { client, root } = chainWith(manifest);
  const sources = [
    await serve((_cid, response) => answer(text("Something else."), response)),
    await serve((_cid, response) => answer(undefined, response)),
    await serve((_cid, response) => answer(new Uint8Array(3 * PIECE), response)),
    "http://127.0.0.1:1",
    honest,
  ];
  const result = await verifySubmission(client, { addresses, root, sources });
  expect(result.ok).toBe(true);
  expect(result.files[0]?.sources).toEqual([honest]);
  const told = ["wrong-bytes", "missing", "too-long", "unreachable"];
  expect(result.sourceFaults.map(({ code }) => code)).toEqual([...told, ...told]);
});

test("a source that says nothing is not waited for", async () => {
  const manifest = manifestOf([{ bytes: text("What was signed.") }]);
  const { client, root } = chainWith(manifest);
  const silent = await serve(() => undefined);
  const result = await verifySubmission(client, {
    addresses,
    root,
    sources: [silent, honest],
    timeoutMs: 100,
  });
  expect(result).toMatchObject({
    ok: true,
    sourceFaults: [{ source: silent, code: "unreachable" }, { source: silent }],
  });
});

test("a file that nobody has is missing, and the others are still checked", async () => {
  const manifest = manifestOf([{ bytes: text("Withheld.") }, { bytes: text("There.") }]);
  held.delete(manifest.files[0]?.cid ?? "");
  const { client, root } = chainWith(manifest);
  const result = await verifySubmission(client, { addresses, root, sources: [honest] });
  expect(result).toMatchObject({
    ok: false,
    files: [{ ok: false, fault: { code: "content-unavailable" } }, { ok: true }],
  });
});

test("another manifest than the one that was signed is no manifest", async () => {
  const manifest = manifestOf([{ bytes: text("What was signed.") }]);
  const other = manifestOf([{ bytes: text("What was not.") }]);
  held.set(manifestCid(manifest), manifestBytes(other));
  const { client, root } = chainWith(manifest);
  expect(await verifySubmission(client, { addresses, root, sources: [honest] })).toMatchObject({
    ok: false,
    manifest: { ok: false, fault: { code: "content-unavailable" } },
    files: [],
    fileCount: 1,
    sourceFaults: [{ code: "wrong-bytes" }],
  });
});

test("a contributor who signed the digest of a manifest with other files", async () => {
  const manifest = manifestOf([{ bytes: text("What the leaves say.") }]);
  const other = manifestOf([{ bytes: text("What the manifest says.") }]);
  const { client, root } = chainWith(manifest, { manifestDigest: manifestDigest(other) });
  const result = await verifySubmission(client, { addresses, root, sources: [honest] });
  expect(result).toMatchObject({ ok: false, manifest: { ok: false, fault: { code: "wrong-root" } } });
});

test("a manifest for another chain", async () => {
  const manifest = manifestOf([{ bytes: text("Elsewhere.") }], { chainId: 5 });
  const { client, root } = chainWith(manifest);
  const result = await verifySubmission(client, { addresses, root, sources: [honest] });
  expect(result).toMatchObject({ ok: false, manifest: { fault: { code: "other-chain" } } });
});

test.each([
  ["names the blocks of other bytes", { bytes: text("Signed."), other: text("Stored.") }, "bytes-differ"],
  ["is longer than signed", { bytes: text("Longer than signed."), sizeBytes: 3 }, "declared-size"],
  ["is of another kind than signed", { bytes: text("No picture."), mediaType: "image/png" }, "wrong-type"],
])("a file that %s", async (_what, { other, ...content }: Content & { other?: Uint8Array }, code) => {
  const manifest = manifestOf([other === undefined ? content : { ...content, cid: hold(other) }]);
  const { client, root } = chainWith(manifest);
  const result = await verifySubmission(client, { addresses, root, sources: [honest] });
  expect(result.ok).toBe(false);
  expect(["declared-size", code]).toContain(result.files[0]?.fault?.code);
});

test("a sum of sizes that is not the one on the chain", async () => {
  const manifest = manifestOf([{ bytes: text("Counted.") }]);
  const { client, root } = chainWith(manifest, { sizeBytes: 1 });
  expect(await verifySubmission(client, { addresses, root, sources: [honest] })).toMatchObject({
    ok: false,
    files: [{ fault: { code: "declared-size" } }],
  });
});

test("a tree of blocks without an end, and one that is no file", async () => {
  const empty = holdBlock(encode(prepare({ Data: new UnixFS({ type: "file" }).marshal(), Links: [] })), 0x70);
  const many = Array.from({ length: 2_000 }, () => ({ Name: "", Hash: CID.parse(empty), Tsize: 0 }));
  const file = new UnixFS({ type: "file" });
  const endless = holdBlock(encode(prepare({ Data: file.marshal(), Links: many })), 0x70);
  const folder = holdBlock(
    encode(prepare({ Data: new UnixFS({ type: "directory" }).marshal(), Links: [] })),
    0x70,
  );
  const manifest = manifestOf([
    { bytes: text("Endless."), cid: endless },
    { bytes: text("Folder."), cid: folder },
    { bytes: text("Noise."), cid: holdBlock(text("not protobuf"), 0x70) },
  ]);
  const { client, root } = chainWith(manifest);
  const result = await verifySubmission(client, { addresses, root, sources: [honest] });
  expect(result.files.map(({ fault }) => fault?.code)).toEqual(["bad-content", "bad-content", "bad-content"]);
});

test("a root that is not on the chain", async () => {
  const { client } = chainWith(manifestOf([{ bytes: text("Nothing.") }]));
  await expect(
    verifySubmission(client, { addresses, root: `0x${"ff".repeat(32)}`, sources: [honest] }),
  ).rejects.toMatchObject({ code: "unknown-submission" });
});
