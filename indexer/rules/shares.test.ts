import { expect, test } from "vitest";
import { isPaid, sharesOf } from "./shares.ts";

test("equal shares a draw; what does not divide goes to the first who is paid", () => {
  expect(sharesOf(100n, 0b1110, [[0], [1, 3], [2]])).toEqual([0n, 67n, 33n]);
});

test("nobody paid, nothing shared; nothing to share, nothing paid", () => {
  expect(sharesOf(100n, 0, [[0, 1, 2]])).toEqual([0n]);
  expect(sharesOf(0n, 0b11, [[0], [1]])).toEqual([0n, 0n]);
});

test("a voter is marked at its own draws, up to the 32nd", () => {
  expect(isPaid(0b100, [2, 4])).toBe(true);
  expect(isPaid(0b100, [1, 3])).toBe(false);
  expect(isPaid(2 ** 31, [31])).toBe(true);
});
