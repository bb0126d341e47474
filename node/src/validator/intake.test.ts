import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cidOfDigest } from "@openledger/sdk/cid";
import { leavesOf, leavesRootOf, submissionRoot } from "@openledger/sdk/leaves";
import { type Manifest, manifestBytes, manifestCid, manifestDigest } from "@openledger/sdk/manifest";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import pino from "pino";
import type { Address, Hex } from "viem";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import type { Licences } from "../chain/licences.ts";
import { ContentKeeper } from "../content/contentKeeper.ts";
import { ContentSources } from "../content/contentSources.ts";
import { PublishedStore } from "../content/publishedStore.ts";
import { type Assayer, assay } from "../judge/assay.ts";
import { KnownFiles } from "../judge/known.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { openEmbeddedStore } from "../storage/embeddedStore.ts";
import type { Docket } from "../voting/docketBook.ts";
import { FileBench } from "./bench.ts";
import { Decider } from "./decider.ts";
import { FetchAhead } from "./fetchAhead.ts";
import { Intake } from "./intake.ts";
import { attachJudgements, JUDGEMENTS, Judgements } from "./judgements.ts";
import type { PerplexityMeter } from "./perplexity.ts";
import { SubmissionBook, type Submitted } from "./submissions.ts";

const contributor = "0x00000000000000000000000000000000000a11ce" as Address;
const text = Buffer.from(
  `Hens lay eggs in the morning, and the farmer collects them before noon. A good layer gives five a week in summer and
fewer when the days grow short. Fresh straw, clean water and a closed door at dusk keep foxes and mites away; whoever
forgets the door once remembers it for years. Sell what the family does not eat at the Saturday market in the village.`,
);
const sha256Of = (bytes: Uint8Array): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;
const DOCKET = 4;

const log = pino({ level: "silent" });
const urgent = new Map<number, number>();
let folder: string;
let url: string;
let lanes: number;
let assayer: Assayer["assay"];
let judgements: Judgements;
let decider: Decider;
let keeper: ContentKeeper;
let database: Database;
let server: Server;
let served: Map<string, Uint8Array>;
let book: SubmissionBook;
let intake: Intake;
let ahead: FetchAhead;
let bench: FileBench;
let store: ContentStore;
let published: PublishedStore;
let decided: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-intake-"));
  database = openDatabase(join(folder, "node.sqlite"));
  attachJudgements(database, join(folder, "judgements.sqlite"));
  served = new Map();
  server = createServer((request, response) => {
    const bytes = served.get(request.url?.split("/").at(-1)?.replace("?format=raw", "") ?? "");
    response.statusCode = bytes === undefined ? 404 : 200;
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Neither reads the chain here: events stand in the table, and terms have one licence.
  const chain = { addresses: {} } as Chain;
  book = new SubmissionBook(database, chain, [0]);
  store = await openEmbeddedStore(join(folder, "content"));
  published = new PublishedStore(database);
  keeper = new ContentKeeper({ database, store, published, maximumBytes: 2 ** 20, log });
  decided = false;
  judgements = new Judgements(database);
  urgent.clear();
  lanes = 2;
  assayer = assay;
  intake = intakeOf();
  const known = new KnownFiles(database, JUDGEMENTS);
  decider = new Decider({ judgements, known, keeper, intake, log });
  bench = new FileBench({ book, judgements, decider, chain, log } as unknown as ConstructorParameters<
    typeof FileBench
  >[0]);
});

function intakeOf(meter?: Pick<PerplexityMeter, "add">): Intake {
  const content = new ContentSources([url], new AbortController().signal, store);
  ahead = new FetchAhead({ content, keeper, log, folder: join(folder, "ahead") });
  return new Intake({
    meter,
    judgements,
    assayer: { assay: (request) => assayer(request) },
    content,
    keeper,
    ahead,
    isDecided: () => decided,
    licences: {
      of: async () => "CC0-1.0",
      termsOf: async () => ({ licence: "CC0-1.0", guidelines: "Anything." }),
    } as unknown as Licences,
    log,
    folder: join(folder, "downloads"),
    lanes,
    urgent: () => urgent,
  });
}

afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  database.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Until content that was not there is asked for again. */
const later = () => new Promise((resolve) => setTimeout(resolve, 600));

function rootOf(manifest: Manifest): Hex {
  return submissionRoot(contributor, leavesRootOf(leavesOf(contributor, manifest.files)));
}

/** Writes what the event of a submission of one text file says, and gives the root. */
function submitted(manifest: Manifest, sizeBytes: number, block = 1, docket = DOCKET): Hex {
  const root = rootOf(manifest);
  database
    .prepare(`INSERT INTO submission
      (root, datanet, contributor, docket, position, files, size_bytes, terms, manifest_digest, block, log_index)
      VALUES (?, 1, ?, ?, 0, 1, ?, 1, ?, ?, 0)`)
    .run(root, contributor, docket, sizeBytes, manifestDigest(manifest), block);
  return root;
}

function manifestOf(sizeBytes: number, salt = "07"): Manifest {
  const sha256 = sha256Of(text);
  return {
    version: 1,
    chainId: 31_337,
    datanets: "0x00000000000000000000000000000000000000d5",
    datanet: 1,
    terms: 1,
    licence: "CC0-1.0",
    contributor,
    files: [
      {
        name: "hens.txt",
        mediaType: "text/plain",
        sizeBytes,
        sha256,
        salt: `0x${salt.repeat(32)}`,
        cid: cidOfDigest(sha256),
      },
    ],
  };
}

/** Judge what can be judged now. */
async function round(): Promise<void> {
  intake.start();
  await intake.idle();
  await decider.round();
}

/** What the validator would vote when the window to commit is nearly over. */
function vote() {
  const docket = { id: DOCKET, items: 1, origin: { docket: DOCKET, position: 0 } } as unknown as Docket;
  return bench.opinions(docket, true);
}

test("declared size smaller than the file: it is rejected, whatever is in it", async () => {
  const manifest = manifestOf(text.length - 1);
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  const root = submitted(manifest, text.length - 1);
  await round();
  expect(judgements.opinionOf(root, 0)).toMatchObject({ grade: 0, reason: "declared-size" });
  expect(vote()).toMatchObject([{ item: 0, grade: 0, reason: "declared-size" }]);
});

test("declared sum smaller than the manifest's: it is rejected", async () => {
  const manifest = manifestOf(text.length);
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  const root = submitted(manifest, 1);
  await round();
  expect(judgements.opinionOf(root, 0)).toMatchObject({ grade: 0, reason: "declared-size" });
});

test("manifest withheld: nothing is judged early, and at the end it is voted unavailable", async () => {
  const manifest = manifestOf(text.length);
  submitted(manifest, text.length);
  await round();
  const docket = { id: DOCKET, items: 1, origin: { docket: DOCKET, position: 0 } } as unknown as Docket;
  expect(bench.opinions(docket, false)).toBeUndefined();
  expect(vote()).toMatchObject([{ item: 0, grade: 0, reason: "unavailable" }]);
  // Published after all, before the vote: it is judged like any other.
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  await later();
  await round();
  expect(vote()?.[0]?.reason).not.toBe("unavailable");
  // Who judged it has it, for everybody.
  for (const cid of [manifestCid(manifest), cidOfDigest(sha256Of(text))]) {
    expect(published.find(cid)).toBeDefined();
    expect(await store.has(cid)).toBe(true);
  }
});

test("file withheld: it is voted unavailable at the end", async () => {
  const manifest = manifestOf(text.length);
  served.set(manifestCid(manifest), manifestBytes(manifest));
  submitted(manifest, text.length);
  await round();
  expect(vote()).toMatchObject([{ item: 0, grade: 0, reason: "unavailable" }]);
});

test("content that stays away is asked for less and less, and no more once the court has decided", async () => {
  let asked = 0;
  server.on("request", () => {
    asked += 1;
  });
  submitted(manifestOf(text.length), text.length);
  decided = true;
  vi.useFakeTimers({ toFake: ["Date"] });
  await round();
  expect(asked).toBe(1);
  await round();
  expect(asked).toBe(1);
  for (let attempt = 2; attempt <= 5; attempt += 1) {
    vi.setSystemTime(Date.now() + 60_000);
    await round();
  }
  expect(asked).toBe(5);
  vi.setSystemTime(Date.now() + 3_600_000);
  await round();
  expect(asked).toBe(5);
  // Somebody appeals: the court needs an opinion again.
  decided = false;
  await round();
  expect(asked).toBe(6);
});

test("a file whose blocks are no file is rejected for ever, and holds nobody up", async () => {
  const manifest = manifestOf(text.length);
  const [file] = manifest.files;
  if (file === undefined) throw new Error("The manifest has no file.");
  file.cid = CID.createV1(0x70, create(0x12, createHash("sha256").update(text).digest())).toString();
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(file.cid, text);
  const root = submitted(manifest, text.length);
  await round();
  expect(judgements.opinionOf(root, 0)).toMatchObject({ grade: 0, reason: "unavailable" });
  expect(judgements.unassayed(9)).toEqual([]);
});

test("an earlier file that turns up late: the later copy of it is decided anew, the earlier file is not", async () => {
  const [early, late] = ["01", "02"].map((salt) => manifestOf(text.length, salt)) as [Manifest, Manifest];
  const first = submitted(early, text.length, 1);
  const second = submitted(late, text.length, 2);
  served.set(cidOfDigest(sha256Of(text)), text);
  served.set(manifestCid(late), manifestBytes(late));
  await round();
  expect(judgements.opinionOf(second, 0)?.grade).toBeGreaterThan(0);
  served.set(manifestCid(early), manifestBytes(early));
  await later();
  await round();
  await round();
  expect(judgements.opinionOf(first, 0)?.grade).toBeGreaterThan(0);
  expect(judgements.opinionOf(second, 0)).toMatchObject({ grade: 0, reason: "exact-duplicate" });
  // The court rejects the earlier one after all: nothing stands in the later one's way any more.
  database.prepare("UPDATE submission SET grades = '0' WHERE root = ?").run(first);
  decider.finalized(book.find(first) as Submitted, 0n);
  await round();
  expect(judgements.opinionOf(second, 0)?.grade).toBeGreaterThan(0);
});

test("whatever the order in which assays end, files are compared in the order of the chain", async () => {
  const manifests = ["01", "02", "03", "04"].map((salt) => manifestOf(text.length, salt));
  const roots = manifests.map((manifest, at) => submitted(manifest, text.length, at + 1));
  served.set(cidOfDigest(sha256Of(text)), text);
  for (const manifest of manifests) served.set(manifestCid(manifest), manifestBytes(manifest));
  // The first is the slowest.
  let waits = 4;
  assayer = async (request) => {
    await sleep(40 * waits--);
    return assay(request);
  };
  intake.start();
  await sleep(60);
  await decider.round();
  await intake.idle();
  await decider.round();
  const grades = roots.map((root) => judgements.opinionOf(root, 0)?.reason);
  expect(grades).toEqual([undefined, "exact-duplicate", "exact-duplicate", "exact-duplicate"]);
});

test("what was assayed before a crash is not assayed again", async () => {
  const manifest = manifestOf(text.length);
  const root = submitted(manifest, text.length);
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  intake.start();
  await intake.idle();
  // Killed here: the assay is saved, nothing is decided.
  assayer = async () => {
    throw new Error("Assayed again.");
  };
  await round();
  expect(judgements.opinionOf(root, 0)?.grade).toBeGreaterThan(0);
});

test("a good text that is still to be voted on is handed on for its perplexity, a decided one is not", async () => {
  const handed: [Hex, number, string][] = [];
  intake = intakeOf({ add: (...each) => handed.push(each) });
  const roots = ["07", "08"].map((salt, at) => {
    const manifest = manifestOf(text.length, salt);
    served.set(manifestCid(manifest), manifestBytes(manifest));
    return submitted(manifest, text.length, at + 1, DOCKET + at);
  });
  database.prepare("UPDATE submission SET grades = '3' WHERE root = ?").run(roots[1] ?? "");
  served.set(cidOfDigest(sha256Of(text)), text);
  await round();
  expect(handed).toEqual([[roots[0], 0, text.toString()]]);
});

test("a docket in which this account sits is assayed before what came earlier", async () => {
  const manifests = ["01", "02", "03"].map((salt) => manifestOf(text.length, salt));
  manifests.forEach((manifest, at) => {
    submitted(manifest, text.length, at + 1, DOCKET + 4 * at);
  });
  for (const manifest of manifests) served.set(manifestCid(manifest), manifestBytes(manifest));
  urgent.set(DOCKET + 8, 1_000);
  urgent.set(DOCKET + 4, 2_000);
  served.set(cidOfDigest(sha256Of(text)), text);
  const order: string[] = [];
  assayer = async (request) => {
    order.push(request.path.slice(0, -2).split("/").at(-1) ?? "");
    return assay(request);
  };
  lanes = 1;
  intake = intakeOf();
  for (let turn = 0; turn < 2; turn++) {
    intake.start();
    await intake.idle();
  }
  expect(order).toEqual([...manifests].reverse().map((manifest) => rootOf(manifest)));
});

/** The server goes away, with all of its connections. */
async function away(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const back = () =>
  new Promise<void>((resolve) => server.listen(Number(new URL(url).port), "127.0.0.1", () => resolve()));

test("nobody has a file while the window is open: it is asked for until it comes, and not voted unavailable before", async () => {
  const manifest = manifestOf(text.length);
  submitted(manifest, text.length);
  urgent.set(DOCKET, 1_000);
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  await away();
  vi.useFakeTimers({ toFake: ["Date"] });
  const docket = { id: DOCKET, items: 1, origin: { docket: DOCKET, position: 0 } } as unknown as Docket;
  for (let second = 0; second < 20; second++) {
    await round();
    expect(bench.opinions(docket, false)).toBeUndefined();
    vi.setSystemTime(Date.now() + 1_000);
  }
  await back();
  // As long as a look and the longest wait before a deadline take.
  for (let second = 0; second < 3; second++) {
    await round();
    vi.setSystemTime(Date.now() + 1_000);
  }
  expect(bench.opinions(docket, false)?.[0]?.grade).toBeGreaterThan(0);
});

test("what waits for its turn is fetched ahead, and judged when nobody has it any more, after a restart too", async () => {
  lanes = 1;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  assayer = async (request) => {
    await held;
    return assay(request);
  };
  intake = intakeOf();
  const manifests = ["01", "02", "03", "04", "05"].map((salt) => manifestOf(text.length, salt));
  const roots = manifests.map((manifest, at) => submitted(manifest, text.length, at + 1));
  for (const manifest of manifests) served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256Of(text)), text);
  intake.start();
  await vi.waitFor(() => expect(roots.slice(1).every((root) => keeper.isKept(root, 0))).toBe(true), 90_000);
  await ahead.idle();
  await away();
  // Killed here, with the gateway gone: the next process has what was fetched ahead.
  release();
  await intake.idle();
  intake = intakeOf();
  for (let turn = 0; turn < 3; turn++) {
    intake.start();
    await intake.idle();
  }
  for (const root of roots) expect(judgements.assayed(root).size).toBe(1);
  await back();
});
