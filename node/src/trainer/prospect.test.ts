import { parseEther } from "viem";
import { expect, test } from "vitest";
import { refusalOf } from "./prospect.ts";

const estimate = { seconds: 100, tokens: 2_000_000, steps: 10, peakBytes: 1, freeBytes: 2, impossible: null };
const job = { priceWei: parseEther("4"), deadline: 1_150 };
const price = parseEther("2");

test("a job that can be done, in time, and that pays just enough is taken", () => {
  expect(refusalOf(estimate, job, price, 1_000)).toBeUndefined();
});

test("one that pays too little, comes too late, or does not fit is left alone, with the reason", () => {
  expect(refusalOf(estimate, { ...job, priceWei: job.priceWei - 1n }, price, 1_000)).toMatch(
    /pays 3\.9+ OPEN; its 2000000 tokens cost 4 here/,
  );
  expect(refusalOf(estimate, job, price, 1_001)).toContain("149 are left until its deadline");
  const impossible = "The job needs 9.0 GiB of memory even with one row at once; 2.0 GiB are free.";
  expect(refusalOf({ ...estimate, seconds: null, impossible }, job, price, 1_000)).toBe(impossible);
});
