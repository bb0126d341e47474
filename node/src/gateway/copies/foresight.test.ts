import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TEXT } from "@openledger/sdk/pools";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assay } from "../../judge/assay.ts";
import { KnownFiles } from "../../judge/known.ts";
import { PASSAGES, sha256 } from "../../testing/testFiles.ts";
import type { ExaminedFile } from "../uploads.ts";
import { findRepeated } from "./foresight.ts";

const { letter: LETTER, orchard: OTHER } = PASSAGES;

let directory: string;
let database: DatabaseSync;
let known: KnownFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-foresight-"));
  database = new DatabaseSync(":memory:");
  known = new KnownFiles(database);
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** What the gateway finds in a text. */
async function examined(name: string, text: string): Promise<ExaminedFile> {
  const path = join(directory, name);
  await writeFile(path, text);
  const found = await assay({ path, name, pool: TEXT });
  return { ...found, name, sha256: sha256(Buffer.from(text)), sizeBytes: text.length, cid: "" };
}

/** A file of a submission that was published. */
async function publish(root: Hex, datanet: number, text: string): Promise<void> {
  const { sha256: digest, fingerprint } = await examined("letter.txt", text);
  known.add(
    { datanet, pool: TEXT, root, index: 3, block: 10, logIndex: 0, sha256: digest, name: "letter.txt" },
    fingerprint,
  );
}

const target = { datanet: 1, pool: TEXT };

it("finds a file that was published a little different, in whichever Datanet of the pool", async () => {
  await publish("0xaa", 7, LETTER);
  const [near, fresh] = findRepeated(known, target, [
    await examined("mine.txt", LETTER.replace("bread, oil", "bread, salt")),
    await examined("other.txt", OTHER),
  ]);
  expect(near).toMatchObject({ exact: false, root: "0xaa", index: 3, name: "letter.txt" });
  expect(near?.percent).toBeGreaterThan(80);
  expect(near?.percent).toBeLessThanOrEqual(100);
  expect(fresh).toBeUndefined();
});

it("finds a file that stands in the same list a little different: the second one repeats the first", async () => {
  const list = [
    await examined("first.txt", LETTER),
    await examined("other.txt", OTHER),
    await examined("second.txt", LETTER.replace("bread, oil", "bread, salt")),
  ];
  const [first, other, second] = findRepeated(known, target, list);
  expect([first, other]).toEqual([undefined, undefined]);
  expect(second).toMatchObject({ exact: false, index: 0, name: "first.txt" });
  expect(second?.root).toBeUndefined();
  // Nothing of it is remembered.
  expect(findRepeated(known, target, [await examined("later.txt", LETTER)])).toEqual([undefined]);
});

it("does not compare what is rejected by itself, nor with what the court rejected", async () => {
  await publish("0xaa", 1, LETTER);
  const mine = await examined("mine.txt", LETTER);
  expect(
    findRepeated(known, target, [
      { ...mine, opinion: { grade: 0, reason: "repetitive", why: "In a test." } },
    ]),
  ).toEqual([undefined]);
  known.setGrades("0xaa", 0n);
  expect(findRepeated(known, target, [await examined("mine.txt", LETTER)])).toEqual([undefined]);
});
