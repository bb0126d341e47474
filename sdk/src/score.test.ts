import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { raiseScore, wilsonLowerBoundBps } from "./score.ts";

const standings = fc
  .integer({ min: 1, max: 100_000 })
  .chain((judged) =>
    fc.record({ judged: fc.constant(judged), points: fc.integer({ min: 0, max: 3 * judged }) }),
  );

describe("wilsonLowerBoundBps", () => {
  test("one excellent file does not top a board", () => {
    expect(wilsonLowerBoundBps({ judged: 1, points: 3 })).toBe(2065);
  });
  test("a hundred accepted beat a hundred accepted among two hundred", () => {
    expect(wilsonLowerBoundBps({ judged: 100, points: 300 })).toBe(9630);
    expect(wilsonLowerBoundBps({ judged: 200, points: 300 })).toBe(4313);
  });
  test("nothing judged or nothing accepted is zero", () => {
    expect(wilsonLowerBoundBps({ judged: 0, points: 0 })).toBe(0);
    expect(wilsonLowerBoundBps({ judged: 100, points: 0 })).toBe(0);
  });
  test("lies within a basis point of the formula in floating point", () => {
    fc.assert(
      fc.property(standings, ({ judged: n, points: s }) => {
        const z2 = 1.96 ** 2;
        const spread = Math.sqrt((z2 * s * (3 * n - s)) / (9 * n) + z2 ** 2 / 4);
        const exact = (10_000 * (s / 3 + z2 / 2 - spread)) / (n + z2);
        expect(Math.abs(wilsonLowerBoundBps({ judged: n, points: s }) - exact)).toBeLessThanOrEqual(1.01);
      }),
    );
  });
  test("never passes the rate, and a better grade never lowers it", () => {
    fc.assert(
      fc.property(standings, ({ judged, points }) => {
        const bound = wilsonLowerBoundBps({ judged, points });
        expect(bound).toBeLessThanOrEqual((10_000 * points) / (3 * judged));
        if (points < 3 * judged) {
          expect(wilsonLowerBoundBps({ judged, points: points + 1 })).toBeGreaterThanOrEqual(bound);
        }
      }),
    );
  });
});

test("a score never falls", () => {
  const high = raiseScore(0, { judged: 20, points: 60 });
  expect(raiseScore(high, { judged: 120, points: 60 })).toBe(high);
});
