import { expect, test } from "vitest";
import { isPaid, sharesOf } from "./shares.ts";

test("equal shares a draw; what does not divide goes to the first who is paid", () => {
  const voters = [
    { weight: 1, paid: false },
    { weight: 2, paid: true },
    { weight: 1, paid: true },
  ];
  expect(sharesOf(100n, voters)).toEqual([0n, 67n, 33n]);
});

test("nobody paid, nothing shared", () => {
  expect(sharesOf(100n, [{ weight: 3, paid: false }])).toEqual([0n]);
});

test("a voter is marked at the first of its draws, up to the 32nd", () => {
  expect(isPaid(0b100, [2, 4])).toBe(true);
  expect(isPaid(0b100, [1, 3])).toBe(false);
  expect(isPaid(2 ** 31, [31])).toBe(true);
});
