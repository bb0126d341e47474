import { expect, test } from "vitest";
import { rankOf } from "./rank.ts";

const order = (...rows: { name: string; scoreBps: number; days: number; reachedAt: bigint }[]) =>
  rows
    .toSorted((a, b) => (rankOf(b) > rankOf(a) ? 1 : -1))
    .map(({ name }) => name)
    .join("");

test("the score comes first, whatever the days and times", () => {
  expect(
    order(
      { name: "a", scoreBps: 5000, days: 900, reachedAt: 1n },
      { name: "b", scoreBps: 5001, days: 1, reachedAt: 2_000_000_000n },
    ),
  ).toBe("ba");
});

test("equal scores: more days with an acceptance come first, then the earlier", () => {
  expect(
    order(
      { name: "a", scoreBps: 2065, days: 1, reachedAt: 50n },
      { name: "b", scoreBps: 2065, days: 2, reachedAt: 99n },
      { name: "c", scoreBps: 2065, days: 1, reachedAt: 49n },
    ),
  ).toBe("bca");
});

test("a time or a number of days at the edge of its field spoils no other", () => {
  const most = rankOf({ scoreBps: 1, days: 2 ** 24 - 1, reachedAt: 0n });
  expect(most).toBeLessThan(rankOf({ scoreBps: 2, days: 0, reachedAt: 2n ** 40n - 1n }));
  expect(rankOf({ scoreBps: 0, days: 0, reachedAt: 2n ** 41n })).toBe(0n);
});
