import type { Address } from "viem";
import { type Owed, sortOwed, totalOwedWei } from "./attribution.ts";
import { pointsOf } from "./grades.ts";
import { MAX_FILES } from "./manifest.ts";
import { Problem } from "./problem.ts";

/** A Finalized event, as far as shares need it. */
export type FinalizedPoints = { datanet: number; contributor: Address; grades: bigint };

/** The version of a Datanet that a release names. */
export type NamedVersion = { datanet: number; versionCount: number };

/** Points by contributor, in lower-case addresses. */
export type Points = ReadonlyMap<string, bigint>;

/**
 * The points of everybody whose data is in a model: those of the first `versionCount` submissions with an accepted
 * file of every Datanet that the model's releases name. A version holds all earlier ones, so that of several releases
 * the largest count decides and nobody's points count twice.
 *
 * @param versions Of all releases of the model.
 * @param finalized All Finalized events of these Datanets, in the order of the chain.
 * @throws {Problem} `version-incomplete` when the events end before a named version does.
 */
export function pointsOfVersions(
  versions: Iterable<NamedVersion>,
  finalized: Iterable<FinalizedPoints>,
): Points {
  const wanted = new Map<number, number>();
  for (const { datanet, versionCount } of versions) {
    wanted.set(datanet, Math.max(versionCount, wanted.get(datanet) ?? 0));
  }
  const points = new Map<string, bigint>();
  for (const { datanet, contributor, grades } of finalized) {
    const left = wanted.get(datanet) ?? 0;
    // A submission without an accepted file is no part of any version.
    if (left === 0 || grades === 0n) continue;
    wanted.set(datanet, left - 1);
    const key = contributor.toLowerCase();
    points.set(key, (points.get(key) ?? 0n) + BigInt(pointsOf(grades, MAX_FILES)));
  }
  for (const [datanet, missing] of wanted) {
    if (missing > 0) throw incomplete(datanet, missing);
  }
  return points;
}

/**
 * Split an amount by points, to the last wei: everybody gets their share rounded down, and the wei that are left go
 * one each to the largest remainders, among equal ones to the lower address.
 *
 * @throws {Problem} `no-points` when nobody has any.
 * @example
 * splitByPoints(100n, new Map([["0x…01", 1n], ["0x…02", 2n]])); // 33 and 67
 */
export function splitByPoints(amountWei: bigint, points: Points): Owed[] {
  const total = [...points.values()].reduce((sum, one) => sum + one, 0n);
  if (total === 0n) {
    throw new Problem(
      "no-points",
      "Nobody has points to share by.",
      "Name a dataset version that holds accepted files.",
    );
  }
  const shares = [...points].map(([contributor, mine]) => ({
    contributor: contributor as Address,
    cumulativeWei: (amountWei * mine) / total,
    remainder: (amountWei * mine) % total,
  }));
  const leftWei = Number(amountWei - totalOwedWei(shares));
  shares.sort((a, b) =>
    a.remainder === b.remainder
      ? compare(BigInt(a.contributor), BigInt(b.contributor))
      : compare(b.remainder, a.remainder),
  );
  // Fewer wei are left than there are shares with a remainder.
  return sortOwed(
    shares.map(({ contributor, cumulativeWei }, index) => ({
      contributor,
      cumulativeWei: cumulativeWei + (index < leftWei ? 1n : 0n),
    })),
  );
}

/**
 * The list of a model's next root: what the last root said, and the rest of the new total split by today's points.
 *
 * @param previous The list of the active root; empty before the first.
 * @param totalWei What the next root distributes: what the model's pot has received.
 * @throws {Problem} `total-fell` when the last root distributes more already; `no-points`.
 * @example
 * const list = nextOwed({ previous, totalWei: pot.receivedWei, points: pointsOfVersions(versions, events) });
 */
export function nextOwed(parameters: {
  previous: readonly Owed[];
  totalWei: bigint;
  points: Points;
}): Owed[] {
  const { previous, totalWei, points } = parameters;
  const previousWei = totalOwedWei(previous);
  if (totalWei < previousWei) {
    throw new Problem(
      "total-fell",
      `The last root distributes ${previousWei} wei, which is more than ${totalWei}.`,
      "Read the pot again: what it has received never falls.",
      { values: { totalWei, previousWei } },
    );
  }
  const sums = new Map<string, bigint>();
  const added = totalWei === previousWei ? [] : splitByPoints(totalWei - previousWei, points);
  for (const { contributor, cumulativeWei } of [...previous, ...added]) {
    const key = contributor.toLowerCase();
    sums.set(key, (sums.get(key) ?? 0n) + cumulativeWei);
  }
  return sortOwed(
    [...sums].map(([contributor, cumulativeWei]) => ({ contributor: contributor as Address, cumulativeWei })),
  );
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function incomplete(datanet: number, missing: number): Problem {
  return new Problem(
    "version-incomplete",
    `${missing} submissions of Datanet ${datanet}'s version are missing from the events.`,
    "Read all Finalized events of the Datanet.",
    { values: { datanet, missing } },
  );
}
