import fc from "fast-check";
import { expect, test } from "vitest";
import { formatOpen, formatOpenAmount, parseOpen } from "./openTokenFormat.ts";

const one = 10n ** 18n;

test("amounts are grouped and cut, never rounded up", () => {
  expect(formatOpen(0n)).toBe("0");
  expect(formatOpen(1_234_567n * one)).toBe("1,234,567");
  expect(formatOpen(one + one / 3n)).toBe("1.3333");
  expect(formatOpen(2n * one - 1n)).toBe("1.9999");
  expect(formatOpen(-1_500n * one)).toBe("-1,500");
  expect(formatOpenAmount(one / 2n)).toBe("0.5 OPEN");
});

test("an amount that is not zero never reads as zero", () => {
  expect(formatOpen(1n)).toBe("<0.0001");
  expect(formatOpen(1n, 18)).toBe("0.000000000000000001");
  expect(formatOpen(one / 2n, 0)).toBe("<1");
});

test("what was written in full is read back exactly", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 27n }), (wei) => {
      expect(parseOpen(formatOpen(wei, 18))).toBe(wei);
    }),
  );
});

test.each(["", "1.", "-1", "1e3", "0x10", "1,23", "1.0000000000000000001"])("%j is no amount", (text) => {
  expect(() => parseOpen(text)).toThrow("is not an amount of OPEN");
});
