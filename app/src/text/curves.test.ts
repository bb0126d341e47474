import { expect, test } from "vitest";
import { pathOf, placeOf, pointAt, scaleOf, someSteps } from "./curves.ts";

test("a scale has round numbers around every value, also around one alone and around none", () => {
  expect(scaleOf([5.131, 7.849])).toEqual({ low: 5, high: 8, ticks: [5, 6, 7, 8] });
  expect(scaleOf([0.0001, 0.002])).toEqual({ low: 0, high: 0.002, ticks: [0, 0.001, 0.002] });
  expect(scaleOf([])).toEqual({ low: 0, high: 1, ticks: [0, 1] });
  for (const values of [[3], [0], [-2, -2], [1e9, 1.1e9], [1e-7, 3e-7], [12.3, 12.31]]) {
    const { low, high, ticks } = scaleOf(values);
    expect(low).toBeLessThanOrEqual(Math.min(...values));
    expect(high).toBeGreaterThanOrEqual(Math.max(...values));
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(6);
  }
});

test("a path goes through its points, and a spike stays seen in a long one", () => {
  const scale = scaleOf([0, 2]);
  expect(placeOf(2, scale)).toBe(0);
  const two = [
    { step: 0, value: 0 },
    { step: 5, value: 2 },
  ];
  expect(pathOf(two, 10, scale)).toBe("M0 100L500 0");
  const long = Array.from({ length: 4_000 }, (_, step) => ({ step, value: step === 2_345 ? 2 : 1 }));
  const path = pathOf(long, 4_000, scale);
  expect(path.match(/[ML]/g)?.length).toBeLessThanOrEqual(802);
  expect(path).toContain("L586.25 0");
});

test("the point at a step is the last one that was told by then", () => {
  const points = [2, 4, 9].map((step) => ({ step }));
  expect([1, 2, 3, 4, 8, 99].map((step) => pointAt(points, step)?.step)).toEqual([2, 2, 2, 4, 4, 9]);
  expect(pointAt([], 1)).toBeUndefined();
});

test("a table shows some steps, with both ends", () => {
  expect(someSteps([3, 1, 2, 2], 10)).toEqual([1, 2, 3]);
  const many = someSteps(
    Array.from({ length: 1_000 }, (_, step) => step),
    11,
  );
  expect([many.length, many[0], many.at(-1)]).toEqual([11, 0, 999]);
});
