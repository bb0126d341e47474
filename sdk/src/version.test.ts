import { concat, type Hex, keccak256, numberToHex, zeroHash } from "viem";
import { expect, test } from "vitest";
import { EMPTY_VERSION, extendVersion, versionOf } from "./version.ts";

const root = (byte: string): Hex => `0x${byte.repeat(32)}`;

test("a submission with an accepted file extends the chain", () => {
  expect(extendVersion(EMPTY_VERSION, { root: root("11"), grades: 3n })).toEqual({
    count: 1,
    head: keccak256(concat([zeroHash, root("11"), numberToHex(3n, { size: 32 })])),
  });
});

test("one without an accepted file does not", () => {
  expect(versionOf([{ root: root("11"), grades: 0n }])).toEqual(EMPTY_VERSION);
});

test("order, roots and grades are all part of the head", () => {
  const a = { root: root("11"), grades: 1n };
  const b = { root: root("22"), grades: 2n };
  const heads = [[a, b], [b, a], [a], [a, { ...b, grades: 3n }]].map((list) => versionOf(list).head);
  expect(new Set(heads).size).toBe(4);
});

test("a known version can be extended", () => {
  const a = { root: root("11"), grades: 1n };
  const b = { root: root("22"), grades: 2n };
  expect(versionOf([b], versionOf([a]))).toEqual(versionOf([a, b]));
});
