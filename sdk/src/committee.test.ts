import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawIndicesOf, drawPositions } from "./committee.ts";

const inputs = fc.record({
  seed: fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }),
  docket: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  round: fc.integer({ min: 0, max: 255 }),
  seats: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
  size: fc.integer({ min: 1, max: 31 }),
});

describe("drawPositions", () => {
  test("draws distinct seats that exist", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const positions = drawPositions(input);
        expect(positions).toHaveLength(Math.min(input.size, input.seats));
        expect(new Set(positions).size).toBe(positions.length);
        expect(positions.every((position) => position >= 0 && position < input.seats)).toBe(true);
      }),
    );
  });
  test("draws everybody when there are no more seats than asked for", () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 31 }), (input, seats) => {
        const positions = drawPositions({ ...input, seats, size: 31 });
        expect(positions.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: seats }, (_, index) => index),
        );
      }),
    );
  });
  test("a smaller committee is the beginning of a larger one", () => {
    const input = { seed: 12345n, docket: 8, round: 0, seats: 50 };
    expect(drawPositions({ ...input, size: 11 }).slice(0, 5)).toEqual(drawPositions({ ...input, size: 5 }));
  });
  test("another seed, docket or round draws others", () => {
    const input = { seed: 1n, docket: 4, round: 0, seats: 1_000_000, size: 5 };
    const draws = [input, { ...input, seed: 2n }, { ...input, docket: 8 }, { ...input, round: 1 }].map(
      (one) => drawPositions(one).join(),
    );
    expect(new Set(draws).size).toBe(4);
  });
});

test("drawIndicesOf finds every draw of a voter", () => {
  expect(drawIndicesOf(["0xAa", "0xbb", "0xaA"], "0xaa")).toEqual([0, 2]);
  expect(drawIndicesOf([], "0xaa")).toEqual([]);
});
