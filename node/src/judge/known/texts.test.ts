import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../../app/database.ts";
import { encodeTextPrint, textPrint } from "../prints/textPrint.ts";
import { KnownTexts } from "./texts.ts";

/** Different words in every text, so that texts share pairs only by chance. */
function text(seed: number, words = 300): string {
  let state = seed + 1;
  return Array.from({ length: words }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return `w${(state >>> 8) % 700}`;
  }).join(" ");
}

function printOf(prose: string, passages: number[] = []) {
  const print = textPrint(prose);
  if (print === undefined) throw new Error("The text is too short.");
  return { print: encodeTextPrint(print), passages };
}

let folder: string;
let database: Database;
let known: KnownTexts;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openledger-texts-"));
  database = openDatabase(join(folder, "known.sqlite"));
  known = new KnownTexts(database, "main");
  for (let seed = 0; seed < 20; seed++) known.add(seed + 1, printOf(text(seed), [seed]));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

test("an unknown text is like none", () => {
  expect(known.find(printOf(text(99)))).toEqual([]);
});

test("a text is found after words were exchanged, in part, and with others around it", () => {
  const words = text(4).split(" ");
  const exchanged = words.map((word, index) => (index % 6 === 0 ? `x${index}` : word)).join(" ");
  const [first] = known.find(printOf(exchanged));
  expect(first?.id).toBe(5);
  expect(first?.percent).toBeGreaterThan(50);
  expect(first?.percent).toBeLessThan(90);
  expect(known.find(printOf(words.slice(100, 200).join(" "))).map(({ id }) => id)).toEqual([5]);
  expect(known.find(printOf(`${text(77, 60)} ${text(4)} ${text(78, 60)}`)).map(({ id }) => id)).toEqual([5]);
});

test("a text that holds a known one as a small part is new", () => {
  expect(known.find(printOf(`${text(4)} ${text(55, 900)}`))).toEqual([]);
});

test("case, accents, look-alikes and invisible characters change nothing", () => {
  const sentence = "Every evening the fisherman walked along the quiet shore and counted his boats twice";
  known.add(50, printOf(sentence));
  const disguised = sentence
    .replaceAll("e", "е")
    .replaceAll("o", "ο")
    .replaceAll("a", "á")
    .replaceAll("i", "i\u200b");
  expect(known.find(printOf(disguised.toUpperCase()))).toEqual([{ id: 50, percent: 100 }]);
});

test("a text stitched together of passages of several texts is found", () => {
  expect(known.find(printOf(text(99), [1, 2, 3, 3, 999]))).toMatchObject([{ percent: 80 }]);
  expect(known.find(printOf(text(99), [1, 2, 997, 998, 999]))).toEqual([]);
});

test("a removed text is forgotten, the others survive a restart", () => {
  known.remove(5);
  known.remove(5);
  const again = new KnownTexts(database, "main");
  expect(again.find(printOf(text(4), [4]))).toEqual([]);
  expect(again.find(printOf(text(6))).map(({ id }) => id)).toEqual([7]);
});
