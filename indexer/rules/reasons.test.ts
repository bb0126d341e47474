import { packReasons, packWord } from "@openledger/sdk/grades";
import { expect, test } from "vitest";
import { mostGivenReasons } from "./reasons.ts";

type Grade = 0 | 1 | 2 | 3;

function vote(grades: Grade[], codes: Record<number, number>, weight = 1) {
  const word = packWord(grades);
  return { word, weight, reasons: packReasons(word, grades.length, (item) => codes[item] ?? 0) };
}

test("a rejected item tells the reason that most of its rejecters gave", () => {
  const votes = [
    vote([0, 3, 0], { 0: 4, 2: 7 }),
    vote([0, 0, 0], { 0: 4, 1: 9, 2: 8 }),
    vote([0, 3, 1], { 0: 3 }),
  ];
  expect(mostGivenReasons(packWord([0, 3, 0]), 3, votes)).toEqual(
    new Map([
      [0, 4],
      [2, 7],
    ]),
  );
});

test("a voter of two seats counts twice, and equal weights give the smaller code", () => {
  const verdict = packWord([0]);
  const heavy = [vote([0], { 0: 9 }, 2), vote([0], { 0: 3 })];
  expect(mostGivenReasons(verdict, 1, heavy).get(0)).toBe(9);
  const equal = [vote([0], { 0: 9 }, 2), vote([0], { 0: 3 }, 2)];
  expect(mostGivenReasons(verdict, 1, equal).get(0)).toBe(3);
});

test("an accepted item has no reason, even where somebody rejected it", () => {
  expect(mostGivenReasons(packWord([1]), 1, [vote([0], { 0: 5 })]).size).toBe(0);
});

test("the last of 128 items keeps its reason", () => {
  const grades = Array.from({ length: 128 }, (_, item): Grade => (item === 127 ? 0 : 3));
  expect(mostGivenReasons(packWord(grades), 128, [vote(grades, { 127: 21 })])).toEqual(new Map([[127, 21]]));
});
