import { commitmentOf } from "@openledger/sdk/commitment";
import { drawPositions } from "@openledger/sdk/committee";
import {
  countAccepted,
  countMismatches,
  type Grade,
  medianWord,
  packWord,
  pointsOf,
} from "@openledger/sdk/grades";
import { leavesOf, leavesRootOf, proofOf } from "@openledger/sdk/leaves";
import { wilsonLowerBoundBps } from "@openledger/sdk/score";
import { versionOf } from "@openledger/sdk/version";
import fc from "fast-check";
import { type Address, type BaseError, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { address, bytes32, grade, uint } from "./arbitraries.ts";
import { artifactOf, startChain } from "./chain.ts";

const { abi } = artifactOf("test/LibraryHarness");
let chain: Awaited<ReturnType<typeof startChain>>;
let harness: Address;

beforeAll(async () => {
  chain = await startChain();
  harness = await chain.deploy("test/LibraryHarness");
});
afterAll(() => chain?.close());

/** Ask the contract; many inputs go into one call, so that a thousand of them take a second. */
async function ask<result>(functionName: string, args: readonly unknown[]): Promise<result> {
  try {
    return (await chain.reader.readContract({ address: harness, abi, functionName, args })) as result;
  } catch (error) {
    // The whole message repeats every argument, which are thousands.
    throw new Error(`${functionName}: ${(error as BaseError).details}`);
  }
}

describe("committee", () => {
  const draws = fc
    .record({
      seed: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      docket: uint(40),
      round: uint(8),
      seats: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 24 - 1 })),
      size: fc.integer({ min: 1, max: 31 }),
    })
    .map((draw) => ({ ...draw, size: Math.min(draw.size, draw.seats) }));

  test("draws the seats that the contract draws", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(draws, { minLength: 1, maxLength: 50 }), async (inputs) => {
        const drawn = await ask<number[][]>("positions", [
          inputs.map(({ size, ...draw }) => ({ ...draw, draws: size })),
        ]);
        expect(drawn).toEqual(inputs.map(drawPositions));
      }),
      { numRuns: 20 },
    );
  });
});

describe("score", () => {
  const standing = (judged: fc.Arbitrary<number>) =>
    judged.chain((n) => fc.record({ judged: fc.constant(n), points: fc.integer({ min: 0, max: 3 * n }) }));
  const standings = fc.oneof(standing(fc.integer({ min: 0, max: 300 })), standing(uint(32)));
  const compare = async (inputs: readonly { judged: number; points: number }[]) => {
    const scores = await ask<bigint[]>("scores", [
      inputs.map(({ points }) => points),
      inputs.map(({ judged }) => judged),
    ]);
    expect(scores.map(Number)).toEqual(inputs.map(wilsonLowerBoundBps));
  };

  test("equals the contract's on random standings", async () => {
    await fc.assert(fc.asyncProperty(fc.array(standings, { minLength: 1, maxLength: 100 }), compare), {
      numRuns: 20,
    });
  });
  test("equals the contract's on every standing of up to 30 files", async () => {
    await compare(
      Array.from({ length: 31 }, (_, judged) =>
        Array.from({ length: 3 * judged + 1 }, (_, points) => ({ judged, points })),
      ).flat(),
    );
  });
});

describe("grades", () => {
  const dockets = fc.integer({ min: 1, max: 128 }).chain((items) =>
    fc.record({
      items: fc.constant(items),
      votes: fc.array(
        fc.record({
          grades: fc.array(grade, { minLength: items, maxLength: items }),
          weight: fc.integer({ min: 1, max: 3 }),
        }),
        { minLength: 1, maxLength: 10 },
      ),
    }),
  );

  test("medians and mismatches equal the contract's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(dockets, { minLength: 1, maxLength: 20 }), async (inputs) => {
        const counted = inputs.map(({ items, votes }) => ({
          items,
          words: votes.map(({ grades }) => packWord(grades)),
          weights: votes.map(({ weight }) => weight),
        }));
        const [medians, mismatches] = await ask<[bigint[], bigint[][]]>("verdicts", [counted]);
        for (const [index, { items, words, weights }] of counted.entries()) {
          const verdict = medianWord(
            words.map((word, vote) => ({ word, weight: weights[vote] as number })),
            items,
          );
          expect(medians[index]).toBe(verdict);
          expect(mismatches[index]?.map(Number)).toEqual(
            words.map((word) => countMismatches(word, verdict, items)),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test("every way in which up to five voters can vote on an item", async () => {
    for (const voters of [1, 2, 3, 4, 5]) {
      // Way w has voter v give the v-th digit of w to base 4; 128 ways make the items of one docket.
      const ways = 4 ** voters;
      for (let first = 0; first < ways; first += 128) {
        const items = Math.min(128, ways - first);
        const words = Array.from({ length: voters }, (_, voter) =>
          packWord(
            Array.from({ length: items }, (_, item) => (((first + item) >> (2 * voter)) & 3) as Grade),
          ),
        );
        const [medians] = await ask<[bigint[]]>("verdicts", [
          [{ items, words, weights: words.map(() => 1) }],
        ]);
        expect(medians).toEqual([
          medianWord(
            words.map((word) => ({ word, weight: 1 })),
            items,
          ),
        ]);
      }
    }
  });

  test("points and accepted files equal the contract's", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(grade, { minLength: 128, maxLength: 128 }).map(packWord), {
          minLength: 1,
          maxLength: 30,
        }),
        async (words) => {
          const [points, accepted] = await ask<[bigint[], bigint[]]>("sums", [words]);
          expect(points.map(Number)).toEqual(words.map((word) => pointsOf(word, 128)));
          expect(accepted.map(Number)).toEqual(words.map((word) => countAccepted(word, 128)));
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe("leaves", () => {
  const file = fc.record({
    sha256: bytes32,
    sizeBytes: fc.integer({ min: 1, max: 10_485_760 }),
    mediaType: fc.string({ maxLength: 80, unit: "grapheme" }),
    salt: bytes32,
  });

  test("a proof convinces a contract, for its own leaf only", async () => {
    await fc.assert(
      fc.asyncProperty(
        address,
        address,
        fc.array(file, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (contributor, stranger, files, pick) => {
          fc.pre(contributor !== stranger);
          const leaves = leavesOf(contributor, files);
          const index = pick % leaves.length;
          const { sha256, ...leaf } = { ...(leaves[index] as (typeof leaves)[number]) };
          const args = (change: object) => [
            leavesRootOf(leaves),
            { ...leaf, sha256_: sha256, ...change },
            proofOf(leaves, index),
          ];
          expect(await ask("isLeaf", args({}))).toBe(true);
          expect(await ask("isLeaf", args({ contributor: stranger }))).toBe(false);
          expect(await ask("isLeaf", args({ index: index + 1 }))).toBe(false);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test("a commitment is the contract's", async () => {
  const votes = fc.record({
    chainId: uint(32),
    court: address,
    docket: uint(40),
    voter: address,
    word: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    reasons: fc
      .uint8Array({ maxLength: 128 })
      .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const),
    salt: bytes32,
  });
  await fc.assert(
    fc.asyncProperty(votes, async (vote) => {
      expect(await ask("commitment", [vote])).toBe(commitmentOf(vote));
    }),
    { numRuns: 25 },
  );
});

test("a version's head is the contract's", async () => {
  const link = fc.record({ root: bytes32, grades: fc.bigInt({ min: 1n, max: 2n ** 40n - 1n }) });
  await fc.assert(
    fc.asyncProperty(fc.array(link, { maxLength: 30 }), async (links) => {
      const args = [zeroHash, links.map(({ root }) => root), links.map(({ grades }) => grades)];
      expect(await ask("head", args)).toBe(versionOf(links).head);
    }),
    { numRuns: 15 },
  );
});
