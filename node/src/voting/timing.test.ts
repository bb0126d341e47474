import { expect, test } from "vitest";
import { isEarly, isLastMoment, isTooLate } from "./timing.ts";

const HOUR = 3_600;

test("in windows of hours a vote is first cast early, and what turns up is taken into account until a minute before the end", () => {
  const docket = { commitEnds: 6 * HOUR, revealEnds: 12 * HOUR };
  const before = (seconds: number) => docket.commitEnds - seconds;
  expect([before(3 * HOUR + 1), before(3 * HOUR)].map((now) => isEarly(docket, now))).toEqual([false, true]);
  expect([before(0.6 * HOUR + 1), before(0.6 * HOUR)].map((now) => isLastMoment(docket, now))).toEqual([
    false,
    true,
  ]);
  expect([before(61), before(60)].map((now) => isTooLate(docket, now))).toEqual([false, true]);
});

test("in windows of seconds nothing is cast without what is missing before the last three", () => {
  const docket = { commitEnds: 16, revealEnds: 26 };
  expect([0, 12, 13].map((now) => isEarly(docket, now))).toEqual([false, false, false]);
  expect([12, 13].map((now) => isLastMoment(docket, now))).toEqual([false, true]);
  expect([14, 15].map((now) => isTooLate(docket, now))).toEqual([false, true]);
});
