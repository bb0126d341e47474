import fc from "fast-check";
import { type Address, toHex } from "viem";
import { describe, expect, test } from "vitest";
import { type Owed, sortOwed, totalOwedWei } from "./attribution.ts";
import { nextOwed, pointsOfVersions, splitByPoints } from "./attributionShares.ts";
import { packWord } from "./grades.ts";

const addressOf = (number: number): Address => toHex(BigInt(number), { size: 20 });
const [alice, bob, carol] = [addressOf(1), addressOf(2), addressOf(3)] as [Address, Address, Address];
const points = (...list: number[]) =>
  new Map(list.map((one, index) => [addressOf(index + 1) as string, BigInt(one)]));
const amounts = (list: readonly Owed[]) => list.map(({ cumulativeWei }) => cumulativeWei);
const manyPoints = fc
  .array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((one) => one > 0));
const wei = fc.bigInt({ min: 0n, max: 2n ** 90n });

describe("points of versions", () => {
  const events = [
    { datanet: 1, contributor: alice, grades: packWord([3, 0, 2]) },
    { datanet: 1, contributor: bob, grades: 0n },
    { datanet: 2, contributor: carol, grades: packWord([1]) },
    { datanet: 1, contributor: bob, grades: packWord([1, 1]) },
    { datanet: 1, contributor: alice, grades: packWord([2]) },
  ];

  test("are those of the first submissions with an accepted file", () => {
    expect(pointsOfVersions([{ datanet: 1, versionCount: 2 }], events)).toEqual(
      new Map([
        [alice, 5n],
        [bob, 2n],
      ]),
    );
  });

  test("count once, whatever the number of releases that name them", () => {
    const versions = [1, 3, 2].map((versionCount) => ({ datanet: 1, versionCount }));
    expect(pointsOfVersions(versions, events).get(alice)).toBe(7n);
  });

  test("add up over Datanets, and in whatever case the address comes", () => {
    const contributor = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const mixed = [
      { datanet: 1, contributor, grades: 1n },
      { datanet: 2, contributor: contributor.toLowerCase() as Address, grades: 2n },
    ] as const;
    const versions = [1, 2].map((datanet) => ({ datanet, versionCount: 1 }));
    expect([...pointsOfVersions(versions, mixed)]).toEqual([[contributor.toLowerCase(), 3n]]);
  });

  test("are not guessed from half of the events", () => {
    expect(() => pointsOfVersions([{ datanet: 2, versionCount: 2 }], events)).toThrow(
      "1 submissions of Datanet 2's version are missing from the events.",
    );
  });
});

describe("splitting by points", () => {
  test("gives the wei that are left to the largest remainders", () => {
    expect(amounts(splitByPoints(100n, points(1, 2)))).toEqual([33n, 67n]);
    expect(amounts(splitByPoints(10n, points(1, 1, 1)))).toEqual([4n, 3n, 3n]);
    expect(amounts(splitByPoints(11n, points(1, 1, 1)))).toEqual([4n, 4n, 3n]);
  });

  test("adds up to the last wei, and nobody is a wei away from their share", () => {
    fc.assert(
      fc.property(wei, manyPoints, (amountWei, list) => {
        const shares = splitByPoints(amountWei, points(...list));
        expect(totalOwedWei(shares)).toBe(amountWei);
        const total = BigInt(list.reduce((sum, one) => sum + one, 0));
        for (const { contributor, cumulativeWei } of shares) {
          const exact = amountWei * BigInt(list[Number(BigInt(contributor)) - 1] as number);
          const difference = cumulativeWei * total - exact;
          expect(difference < total && -difference < total).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("does not depend on the order of the points", () => {
    fc.assert(
      fc.property(wei, manyPoints, (amountWei, list) => {
        const straight = points(...list);
        expect(splitByPoints(amountWei, new Map([...straight].reverse()))).toEqual(
          splitByPoints(amountWei, straight),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("gives who has no points nothing", () => {
    expect(splitByPoints(2n, points(0, 1))).toEqual([{ contributor: bob, cumulativeWei: 2n }]);
  });

  test("needs points", () => {
    expect(() => splitByPoints(1n, points(0, 0))).toThrow("Nobody has points to share by.");
  });
});

describe("the next root", () => {
  test("adds what came in, by the points of now", () => {
    const first = nextOwed({ previous: [], totalWei: 30n, points: points(2, 1) });
    expect(first).toEqual(sortOwed([owed(alice, 20n), owed(bob, 10n)]));
    const second = nextOwed({ previous: first, totalWei: 60n, points: points(0, 1, 2) });
    expect(second).toEqual([owed(alice, 20n), owed(bob, 20n), owed(carol, 20n)]);
  });

  test("is the last one while nothing came in, points or not", () => {
    const previous = [owed(alice, 20n), owed(bob, 10n)];
    expect(nextOwed({ previous, totalWei: 30n, points: points() })).toEqual(previous);
  });

  test("never takes from anybody, and distributes exactly the total", () => {
    fc.assert(
      fc.property(wei, wei, manyPoints, manyPoints, (firstWei, addedWei, before, now) => {
        const previous = nextOwed({ previous: [], totalWei: firstWei, points: points(...before) });
        const next = nextOwed({ previous, totalWei: firstWei + addedWei, points: points(...now) });
        expect(totalOwedWei(next)).toBe(firstWei + addedWei);
        const found = new Map(next.map((one) => [one.contributor, one.cumulativeWei]));
        for (const one of previous) {
          expect((found.get(one.contributor) ?? 0n) >= one.cumulativeWei).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("refuses a total below the last one", () => {
    expect(() => nextOwed({ previous: [owed(alice, 20n)], totalWei: 19n, points: points(1) })).toThrow(
      "The last root distributes 20 wei, which is more than 19.",
    );
  });
});

function owed(contributor: Address, cumulativeWei: bigint): Owed {
  return { contributor, cumulativeWei };
}
