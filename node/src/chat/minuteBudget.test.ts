import fc from "fast-check";
import { expect, test } from "vitest";
import { MinuteBudget } from "./minuteBudget.ts";

test("a budget fills evenly, and never beyond its limit", () => {
  let now = 0;
  const budget = new MinuteBudget(() => now);
  expect(budget.take("a", 60, 60)).toBe(true);
  expect(budget.take("a", 1, 60)).toBe(false);
  expect(budget.waitSeconds("a", 10, 60)).toBe(10);
  expect(budget.take("b", 60, 60)).toBe(true);
  now = 10_000;
  expect(budget.stateOf("a", 60)).toEqual({ limit: 60, remaining: 10, resetSeconds: 50 });
  expect(budget.take("a", 10, 60)).toBe(true);
  now = 1_000_000;
  expect(budget.stateOf("a", 60)).toEqual({ limit: 60, remaining: 60, resetSeconds: 0 });
});

test("what was set aside and not used comes back; what was used beyond is missing", () => {
  const budget = new MinuteBudget(() => 0);
  budget.take("a", 50, 100);
  budget.settle("a", 40, 100);
  expect(budget.stateOf("a", 100).remaining).toBe(90);
  budget.settle("a", -120, 100);
  expect(budget.stateOf("a", 100).remaining).toBe(0);
  expect(budget.take("a", 1, 100)).toBe(false);
  expect(budget.waitSeconds("a", 1, 100)).toBe(19);
});

test("nobody gets more in any stretch of time than a minute's worth and what it brings", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ waitMs: fc.nat(20_000), amount: fc.integer({ min: 1, max: 40 }) }), {
        maxLength: 60,
      }),
      (steps) => {
        let now = 0;
        let taken = 0;
        const budget = new MinuteBudget(() => now);
        for (const { waitMs, amount } of steps) {
          now += waitMs;
          if (budget.take("a", amount, 60)) taken += amount;
          expect(taken).toBeLessThanOrEqual(60 + now / 1_000 + 1e-6);
        }
      },
    ),
  );
});
