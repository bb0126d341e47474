import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countAccepted,
  countMismatches,
  type Grade,
  isCoherent,
  isMismatch,
  medianWord,
  packReasons,
  packWord,
  pointsOf,
  rejectedItems,
  sliceWord,
  unpackReasons,
  unpackWord,
} from "./grades.ts";

const grade = fc.constantFrom<Grade>(0, 1, 2, 3);
const grades = fc.array(grade, { minLength: 1, maxLength: 128 });

describe("packWord", () => {
  test("puts item i into bits 2i and 2i+1", () => {
    expect(packWord([3, 0, 1])).toBe(0b01_00_11n);
    expect(packWord(Array<Grade>(128).fill(3))).toBe(2n ** 256n - 1n);
  });
  test("round trips", () => {
    fc.assert(
      fc.property(grades, (list) => {
        expect(unpackWord(packWord(list), list.length)).toEqual(list);
      }),
    );
  });
  test("refuses the 129th item", () => {
    expect(() => packWord(Array<Grade>(129).fill(0))).toThrow("A word holds 128 grades, not 129.");
  });
});

test("sliceWord gives what gradesOf returns", () => {
  fc.assert(
    fc.property(grades, fc.nat(127), fc.nat(20), (list, position, files) => {
      const part = list.slice(position, position + files);
      fc.pre(part.length === files);
      expect(sliceWord(packWord(list), position, files)).toBe(packWord(part));
    }),
  );
});

describe("medianWord", () => {
  const median = (votes: Grade[]) =>
    Number(
      medianWord(
        votes.map((vote) => ({ word: BigInt(vote), weight: 1 })),
        1,
      ),
    );
  test("is the lower median", () => {
    expect(median([0, 2, 3])).toBe(2);
    expect(median([0, 0, 3])).toBe(0);
    expect(median([1, 1, 2, 3])).toBe(1);
    expect(median([0, 0, 3, 3])).toBe(0);
  });
  test("equals the element below the middle of the sorted votes", () => {
    fc.assert(
      fc.property(fc.array(grade, { minLength: 1, maxLength: 31 }), (votes) => {
        const sorted = [...votes].sort((a, b) => a - b);
        expect(median(votes)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
      }),
    );
  });
  test("counts a holder of several seats once for each", () => {
    expect(
      medianWord(
        [
          { word: 3n, weight: 3 },
          { word: 0n, weight: 2 },
        ],
        1,
      ),
    ).toBe(3n);
  });
  test("leaves the bits above the last item zero", () => {
    expect(medianWord([{ word: 2n ** 256n - 1n, weight: 1 }], 3)).toBe(0b111111n);
  });
});

describe("coherence", () => {
  test("acceptance or two grades apart is a mismatch", () => {
    expect(isMismatch(0, 1)).toBe(true);
    expect(isMismatch(1, 0)).toBe(true);
    expect(isMismatch(1, 3)).toBe(true);
    expect(isMismatch(1, 2)).toBe(false);
    expect(isMismatch(3, 3)).toBe(false);
  });
  test("the tolerance is inclusive", () => {
    const word = packWord([0, 1, 1, 1]);
    const verdict = packWord([1, 1, 1, 1]);
    expect(countMismatches(word, verdict, 4)).toBe(1);
    expect(isCoherent(word, verdict, 4, 2500)).toBe(true);
    expect(isCoherent(word, verdict, 4, 2499)).toBe(false);
  });
});

test("points and accepted files are counted", () => {
  const word = packWord([3, 0, 1, 2]);
  expect(pointsOf(word, 4)).toBe(6);
  expect(countAccepted(word, 4)).toBe(3);
});

describe("reasons", () => {
  test("go with the rejected items in order", () => {
    const word = packWord([0, 2, 0, 1]);
    expect(rejectedItems(word, 4)).toEqual([0, 2]);
    const reasons = packReasons(word, 4, (item) => item + 5);
    expect(reasons).toBe("0x0507");
    expect(unpackReasons(word, 4, reasons)).toEqual(
      new Map([
        [0, 5],
        [2, 7],
      ]),
    );
  });
  test("no rejection needs none", () => {
    expect(packReasons(packWord([1]), 1, () => 1)).toBe("0x");
    expect(unpackReasons(packWord([1]), 1, "0x").size).toBe(0);
  });
  test("a wrong number of bytes is refused", () => {
    expect(() => unpackReasons(packWord([0, 0]), 2, "0x01")).toThrow("rejects 2 items, but 1 reasons");
  });
});
