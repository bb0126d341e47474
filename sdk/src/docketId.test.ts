import fc from "fast-check";
import { expect, test } from "vitest";
import { appealId, docketId, isAppeal, poolOfDocket, sequenceOfDocket } from "./docketId.ts";

test("a docket's id tells its pool, its sequence, and whether it judges an appeal", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3),
      fc.integer({ min: 1, max: 2 ** 37 - 1 }),
      (pool, sequence) => {
        for (const [id, appeal] of [
          [docketId(pool, sequence), false],
          [appealId(pool, sequence), true],
        ] as const) {
          expect(poolOfDocket(id)).toBe(pool);
          expect(sequenceOfDocket(id)).toBe(sequence);
          expect(isAppeal(id)).toBe(appeal);
        }
      },
    ),
  );
});

test("an appeal's id has bit 39 set", () => {
  expect(BigInt(appealId(3, 2))).toBe((1n << 39n) | 11n);
});
