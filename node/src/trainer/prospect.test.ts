import { defaultJobSpec, type JobSpec } from "@openledger/sdk/jobSpec";
import { parseEther } from "viem";
import { expect, test } from "vitest";
import { driftOf, refusalOf, unattestable } from "./prospect.ts";

const estimate = {
  seconds: 100,
  tokens: 2_000_000,
  steps: 10,
  peakBytes: 1,
  freeBytes: 2,
  trainableParameters: 1_000,
  impossible: null,
};
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

test("a run whose report or whose checkpoints would be too long is not begun: nobody could be shown it", () => {
  const digest = `0x${"1".repeat(64)}` as const;
  const plain = defaultJobSpec({
    base: { name: "tiny", family: "gpt2", baseDigest: digest },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: digest }],
  });
  const every = (checkpointEverySteps: number): JobSpec => ({
    ...plain,
    training: { ...plain.training, checkpointEverySteps },
  });
  expect(unattestable({ steps: 4_096, trainableParameters: 40_000_000 }, every(1))).toBeUndefined();
  expect(unattestable({ steps: 4_097, trainableParameters: 1 }, every(1))).toContain("4097 checkpoints");
  expect(unattestable({ steps: 20_480, trainableParameters: 1 }, every(5))).toBeUndefined();
  expect(unattestable({ steps: 10, trainableParameters: 45_000_000 }, plain)).toContain("541048576 bytes");
});

test("a job that an honest trainer could lose its bond for is left alone", () => {
  const spec = defaultJobSpec({
    base: { name: "tiny", family: "gpt2", baseDigest: `0x${"0a".repeat(32)}` },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: `0x${"0b".repeat(32)}` }],
  });
  const { lora, training, evaluation } = spec;
  expect(driftOf(spec)).toBeUndefined();
  expect(driftOf({ ...spec, training: { ...training, learningRate: 0.02 } })).toBeUndefined();
  expect(driftOf({ ...spec, training: { ...training, learningRate: 0.1 } })).toContain("over rank is 0.2;");
  expect(driftOf({ ...spec, lora: { ...lora, alpha: 512, rank: 1 } })).toContain("over rank is 1;");
  const rslora = { ...lora, alpha: 512, rank: 256, useRslora: true };
  expect(driftOf({ ...spec, lora: rslora })).toContain("over rank is 0.064;");
  const seldom = { ...training, checkpointEverySteps: 1_000 };
  // Every evaluation keeps a checkpoint too.
  expect(driftOf({ ...spec, training: seldom })).toBeUndefined();
  expect(driftOf({ ...spec, training: seldom, evaluation: { ...evaluation, everySteps: 21 } })).toContain(
    "21 steps apart",
  );
});
