import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";
import { Problem } from "./problem.ts";

/** What a leaf binds together. `index` is the file's place in the submission, and so its item. */
export type Leaf = {
  contributor: Address;
  index: number;
  sha256: Hex;
  sizeBytes: number;
  mediaType: string;
  salt: Hex;
};

/** The ABI types of a leaf, double hashed as OpenZeppelin's StandardMerkleTree does. */
export const LEAF_ENCODING = ["address", "uint8", "bytes32", "uint256", "string", "bytes32"];

const rootParameters = [{ type: "address" }, { type: "bytes32" }] as const;

type LeafValues = [Address, number, Hex, bigint, string, Hex];

/** A Merkle tree over leaves in the order of the files. */
export type LeafTree = StandardMerkleTree<LeafValues>;

/** What a leaf needs to know of a file. */
export type LeafFile = { sha256: Hex; sizeBytes: number; mediaType: string; salt: Hex };

/** The leaves of a contributor's files, in order. */
export function leavesOf(contributor: Address, files: readonly LeafFile[]): Leaf[] {
  return files.map((file, index) => ({
    contributor,
    index,
    sha256: file.sha256,
    sizeBytes: file.sizeBytes,
    mediaType: file.mediaType,
    salt: file.salt,
  }));
}

/**
 * The tree of leaves, not sorted, so that a leaf's place is its file's place.
 *
 * @throws {Problem} `no-leaves` for an empty list.
 */
export function treeOf(leaves: readonly Leaf[]): LeafTree {
  if (leaves.length === 0) {
    throw new Problem("no-leaves", "A submission without files has no root.", "Add at least one file.");
  }
  return StandardMerkleTree.of(leaves.map(valuesOf), LEAF_ENCODING, { sortLeaves: false });
}

/**
 * The Merkle root of leaves, as the contributor signs it.
 *
 * @example
 * const leavesRoot = leavesRootOf(leavesOf(contributor, manifest.files));
 */
export function leavesRootOf(leaves: readonly Leaf[]): Hex {
  return treeOf(leaves).root as Hex;
}

/**
 * A submission's key on the chain, its `root`: contributor and Merkle root together, so that nobody takes another
 * one's place. Equal to `Datanets.rootOf`.
 *
 * @example
 * const root = submissionRoot(contributor, submission.leavesRoot);
 */
export function submissionRoot(contributor: Address, leavesRoot: Hex): Hex {
  return keccak256(encodeAbiParameters(rootParameters, [contributor, leavesRoot]));
}

/** The double hash of one leaf. */
export function leafHash(leaf: Leaf): Hex {
  return treeOf([leaf]).root as Hex;
}

/** The proof that the leaf at `index` belongs to the tree. */
export function proofOf(leaves: readonly Leaf[], index: number): Hex[] {
  return treeOf(leaves).getProof(index) as Hex[];
}

/** Whether a proof shows that `leaf` belongs to the tree of `leavesRoot`. */
export function verifyLeaf(leavesRoot: Hex, leaf: Leaf, proof: readonly Hex[]): boolean {
  try {
    return StandardMerkleTree.verify(leavesRoot, LEAF_ENCODING, valuesOf(leaf), [...proof]);
  } catch {
    // Proofs come from strangers: one that is not made of 32-byte words proves nothing.
    return false;
  }
}

function valuesOf(leaf: Leaf): LeafValues {
  return [leaf.contributor, leaf.index, leaf.sha256, BigInt(leaf.sizeBytes), leaf.mediaType, leaf.salt];
}
