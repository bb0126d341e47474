import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type Address, getAddress, type Hex, zeroHash } from "viem";
import { Problem } from "./problem.ts";

const ENCODING = ["address"];

/** The root of a Datanet that takes files from everybody. */
export const OPEN_LIST: Hex = zeroHash;

/**
 * The Merkle root of the contributors who may submit to a Datanet, as its owner sets it. The order of the list and the
 * spelling of its addresses do not matter.
 *
 * @example
 * await wallet.writeContract({ ...datanets, functionName: "setContributorList", args: [1, listRootOf(contributors)] });
 */
export function listRootOf(contributors: readonly Address[]): Hex {
  return contributors.length === 0 ? OPEN_LIST : (treeOf(contributors).root as Hex);
}

/**
 * The proof that a contributor is on a list, as `submitListed` takes it.
 *
 * @throws {Problem} `not-listed` for somebody who is not.
 */
export function listProofOf(contributors: readonly Address[], contributor: Address): Hex[] {
  const index = spelled(contributors).indexOf(getAddress(contributor));
  if (index < 0) {
    throw new Problem(
      "not-listed",
      `${contributor} is not one of the ${contributors.length} listed contributors.`,
      "Ask the Datanet's owner to be listed.",
      { values: { contributor } },
    );
  }
  return treeOf(contributors).getProof(index) as Hex[];
}

/** Whether a proof shows that a contributor is on the list of a root; everybody is on the list of an open Datanet. */
export function isListed(listRoot: Hex, contributor: Address, proof: readonly Hex[]): boolean {
  if (listRoot === OPEN_LIST) return true;
  try {
    return StandardMerkleTree.verify(listRoot, ENCODING, [getAddress(contributor)], [...proof]);
  } catch {
    // Proofs come from strangers: one that is not made of 32-byte words proves nothing.
    return false;
  }
}

function treeOf(contributors: readonly Address[]) {
  return StandardMerkleTree.of(
    spelled(contributors).map((contributor) => [contributor]),
    ENCODING,
  );
}

function spelled(contributors: readonly Address[]): Address[] {
  return [...new Set(contributors.map((contributor) => getAddress(contributor)))];
}
