import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEXT } from "@openledger/sdk/pools";
import { pino } from "pino";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Database, openDatabase } from "../../app/database.ts";
import { assay } from "../../judge/assay.ts";
import { PASSAGES, sha256 } from "../../testing/testFiles.ts";
import { Copies } from "./copies.ts";

const target = { datanet: 1, pool: TEXT };
const [EARLY, LATE] = ["0xaa", "0xbb"] as const;

let directory: string;
let gateway: Database;
let copies: Copies;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-copies-"));
  gateway = openDatabase(join(directory, "gateway.sqlite"));
  gateway.exec(`
    CREATE TABLE mined_submission (root TEXT, cid TEXT, block INTEGER, log_index INTEGER);
    CREATE TABLE published (cid TEXT);`);
  copies = open();
});
afterEach(async () => {
  await copies.close();
  gateway.close();
  await rm(directory, { recursive: true, force: true });
});

function open(): Copies {
  const places = { index: join(directory, "known.sqlite"), gateway: join(directory, "gateway.sqlite") };
  return new Copies(places, pino({ level: "silent" }));
}

function publish(root: Hex, block: number): void {
  gateway.prepare("INSERT INTO mined_submission VALUES (?, ?, ?, 0)").run(root, `cid of ${root}`, block);
  gateway.prepare("INSERT INTO published VALUES (?)").run(`cid of ${root}`);
}

type Passage = keyof typeof PASSAGES;

/** A text as the gateway finds it. */
async function found(passage: Passage, name = `${passage}.txt`) {
  const bytes = Buffer.from(PASSAGES[passage]);
  const path = join(directory, name);
  await writeFile(path, bytes);
  const { opinion, fingerprint } = await assay({ path, name, pool: TEXT });
  if (fingerprint === undefined) throw new Error("The text has no fingerprint.");
  return { name, sha256: sha256(bytes), opinion, fingerprint };
}

async function submission(root: Hex, block: number, passages: Passage[]) {
  const files = await Promise.all(passages.map((passage) => found(passage)));
  return {
    root,
    files: files.map((file, index) => ({ ...file, ...target, root, index, block, logIndex: 0 })),
  };
}

it("tells what is waiting in the order of the chain, until it is indexed", async () => {
  publish(LATE, 9);
  publish(EARLY, 3);
  expect(await copies.waiting(1)).toEqual([{ root: EARLY, cid: `cid of ${EARLY}` }]);
  await copies.index(await submission(EARLY, 3, ["letter"]));
  expect(await copies.waiting(50)).toEqual([{ root: LATE, cid: `cid of ${LATE}` }]);
  await copies.index(await submission(LATE, 9, ["orchard"]));
  expect(await copies.waiting(50)).toEqual([]);
});

it("still knows after a restart what was indexed, and finds copies of it", async () => {
  publish(EARLY, 3);
  await copies.index(await submission(EARLY, 3, ["letter", "orchard"]));
  await copies.close();
  copies = open();
  expect(await copies.waiting(50)).toEqual([]);
  const list = [await found("orchard"), await found("bridge"), await found("bridge", "again.txt")];
  expect(await copies.repeated({ target, files: list })).toEqual([
    { exact: true, percent: 100, root: EARLY, index: 1, name: "orchard.txt" },
    undefined,
    { exact: true, percent: 100, index: 1, name: "bridge.txt" },
  ]);
});

it("forgets what the court rejected, in whichever order it hears of it", async () => {
  publish(EARLY, 3);
  publish(LATE, 9);
  await copies.index(await submission(EARLY, 3, ["letter"]));
  await copies.setGrades(EARLY, 0n);
  await copies.index({ ...(await submission(LATE, 9, ["orchard"])), grades: 0n });
  expect(await copies.repeated({ target, files: [await found("letter"), await found("orchard")] })).toEqual([
    undefined,
    undefined,
  ]);
});

it("lets the gateway go on while it compares", async () => {
  const list = [await found("letter")];
  const order: string[] = [];
  const questions = Array.from({ length: 50 }, () => copies.repeated({ target, files: list }));
  const asked = Promise.all(questions).then(() => order.push("compared"));
  await new Promise(setImmediate).then(() => order.push("something else"));
  await asked;
  expect(order).toEqual(["something else", "compared"]);
});
