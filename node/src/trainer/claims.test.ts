/** When a job that this node left alone is looked at again. */
import { defaultJobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { pino } from "pino";
import type { Hex } from "viem";
import { expect, test } from "vitest";
import { trainingClient } from "../testing/trainingChain.ts";
import { Claims } from "./claims.ts";
import type { Estimate } from "./prospect.ts";

const training = "0x00000000000000000000000000000000000000bb";
const digest = (digit: number): Hex => `0x${String(digit).repeat(64)}`;
const spec = defaultJobSpec({
  base: { name: "tiny", family: "gpt2", baseDigest: digest(1) },
  datasets: [{ datanet: 1, versionCount: 1, versionHead: digest(2) }],
});
const job = {
  status: 1,
  poster: training,
  priceWei: 1n,
  specDigest: jobSpecDigest(spec),
  parentRelease: 0,
  trainer: "0x0000000000000000000000000000000000000000",
  leaseEnds: 0,
  attempts: 0,
  docket: 0,
  position: 0,
  deadline: 99_999,
};

/** Claims of a node whose estimate of the only job is always this one. */
function claimsOf(estimate: Pick<Estimate, "peakBytes" | "freeBytes" | "impossible">) {
  const seen = { now: 1_000, estimates: 0 };
  const posted = { job: 1, specDigest: jobSpecDigest(spec), baseDigest: digest(1), parentRelease: 0 };
  const request = async () => {
    seen.estimates++;
    return { seconds: null, tokens: 1, steps: 1, ...estimate };
  };
  const claims = new Claims({
    chain: {
      addresses: { training, deploymentBlock: 0 },
      client: trainingClient(training, { events: [], job }),
      now: async () => seen.now,
    },
    log: pino({ level: "silent" }),
    book: { pending: () => [posted] },
    runs: { find: () => undefined },
    runner: { isBusy: false },
    bench: {
      bases: { claimed: async () => [digest(1)] },
      gather: async () => ({ base: "", files: [] }),
      worker: { request },
    },
    content: { read: async () => Buffer.from(jobSpecBytes(spec)) },
    turns: { seconds: async () => 0 },
    weiPerMillionTokens: 0n,
    mostAttempts: 5,
  } as never);
  return { claims, seen };
}

test("a job that did not fit into the memory that was free is estimated again some minutes later", async () => {
  const short = { peakBytes: 9, freeBytes: 2, impossible: "The job needs 9 bytes; 2 are free." };
  const { claims, seen } = claimsOf(short);
  await claims.look();
  await claims.look();
  expect(claims.declined()).toEqual([{ job: 1, reason: short.impossible }]);
  expect(seen.estimates).toBe(1);
  seen.now += 600;
  await claims.look();
  expect(seen.estimates).toBe(2);
});

test("a job that cannot be done whatever is free is not looked at again", async () => {
  const { claims, seen } = claimsOf({ peakBytes: 1, freeBytes: 2, impossible: "The base reads 16 tokens." });
  await claims.look();
  seen.now += 6_000;
  await claims.look();
  expect(seen.estimates).toBe(1);
  expect(claims.declined(1)).toHaveLength(1);
});
