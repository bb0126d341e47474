import { encodeAbiParameters, type Hex, keccak256, zeroHash } from "viem";

/** A Datanet's version: how many submissions with an accepted file it has, and the head of their hash chain. */
export type Version = { count: number; head: Hex };

/** A finalized submission as its event tells it. */
export type FinalizedGrades = { root: Hex; grades: bigint };

/** The version of a Datanet without an accepted file. */
export const EMPTY_VERSION: Version = { count: 0, head: zeroHash };

const linkParameters = [{ type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }] as const;

/** The version after one more finalized submission. One without an accepted file changes nothing. */
export function extendVersion(version: Version, finalized: FinalizedGrades): Version {
  if (finalized.grades === 0n) return version;
  return {
    count: version.count + 1,
    head: keccak256(encodeAbiParameters(linkParameters, [version.head, finalized.root, finalized.grades])),
  };
}

/**
 * The version that a list of finalized submissions gives, in the order of the chain. Comparing it with the contract's
 * shows that nothing is missing from the list.
 *
 * @example
 * versionOf(events).head === datanet.versionHead;
 */
export function versionOf(finalized: Iterable<FinalizedGrades>, from: Version = EMPTY_VERSION): Version {
  let version = from;
  for (const one of finalized) version = extendVersion(version, one);
  return version;
}
