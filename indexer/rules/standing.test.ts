import { expect, test } from "vitest";
import { addVerdict, dayOf } from "./standing.ts";

const none = { judged: 0, accepted: 0, points: 0n, days: 0, lastDay: 0 };
const midnight = 20_000n * 86_400n;

test("grades become counts and points", () => {
  expect(addVerdict(none, 0b00_01_11n, 3, midnight)).toEqual({
    judged: 3,
    accepted: 2,
    points: 4n,
    days: 1,
    lastDay: 20_000,
  });
});

test("a day counts once, from midnight to the second before the next", () => {
  const first = addVerdict(none, 1n, 1, midnight);
  const last = addVerdict(first, 1n, 1, midnight + 86_399n);
  expect(last.days).toBe(1);
  expect(addVerdict(last, 1n, 1, midnight + 86_400n).days).toBe(2);
  expect([dayOf(midnight - 1n), dayOf(midnight)]).toEqual([19_999, 20_000]);
});

test("a day without an acceptance is no day", () => {
  expect(addVerdict(none, 0n, 20, midnight)).toEqual({ ...none, judged: 20 });
});
