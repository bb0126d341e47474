import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type Address, type Hex, hashTypedData, isAddressEqual } from "viem";
import { canonicalBytes, canonicalDigest } from "./canonicalJson.ts";
import { Problem } from "./problem.ts";

/** What a user signs to a chat server. Equal to `IAttribution.Receipt`. */
export type Receipt = {
  user: Address;
  server: Address;
  model: number;
  /** Everything that the user owes this server for this model since the beginning. */
  cumulativeWei: bigint;
  /** Unix seconds of chain time. */
  issuedAt: number;
};

export const receiptTypes = {
  Receipt: [
    { name: "user", type: "address" },
    { name: "server", type: "address" },
    { name: "model", type: "uint40" },
    { name: "cumulativeWei", type: "uint96" },
    { name: "issuedAt", type: "uint40" },
  ],
} as const;

/** What a contributor is owed for one model since the beginning. */
export type Owed = { contributor: Address; cumulativeWei: bigint };

/** The ABI types of a leaf: model, contributor, cumulativeWei; double hashed as StandardMerkleTree does. */
export const OWED_ENCODING = ["uint40", "address", "uint96"];

/** A Merkle tree over what every contributor of a model is owed. */
export type OwedTree = StandardMerkleTree<[number, Address, bigint]>;

/**
 * The typed data of a receipt, as `signTypedData` of viem and wagmi takes it.
 *
 * @example
 * const signature = await account.signTypedData(receiptTypedData({ chainId, attribution, receipt }));
 */
export function receiptTypedData(parameters: { chainId: number; attribution: Address; receipt: Receipt }) {
  const { chainId, attribution, receipt } = parameters;
  return {
    domain: { name: "OpenLedger Attribution", version: "1", chainId, verifyingContract: attribution },
    types: receiptTypes,
    primaryType: "Receipt",
    message: receipt,
  } as const;
}

/** The digest that a user signs; equal to `Attribution.digestOf`. */
export function receiptDigest(parameters: { chainId: number; attribution: Address; receipt: Receipt }): Hex {
  return hashTypedData(receiptTypedData(parameters));
}

/**
 * The list as it is published and hashed: by address, everybody once, and nobody who is owed nothing.
 *
 * @throws {Problem} `contributor-twice` when somebody stands in it twice.
 */
export function sortOwed(list: readonly Owed[]): Owed[] {
  const sorted = list.filter(({ cumulativeWei }) => cumulativeWei > 0n).sort(byAddress);
  const twice = sorted.find(
    ({ contributor }, index) =>
      index > 0 && isAddressEqual(contributor, (sorted[index - 1] as Owed).contributor),
  );
  if (twice === undefined) return sorted;
  throw new Problem(
    "contributor-twice",
    `${twice.contributor} stands in the list twice.`,
    "Add the contributor's amounts up to one.",
    { values: { contributor: twice.contributor } },
  );
}

/** What a root distributes: the sum of a list. */
export function totalOwedWei(list: readonly Owed[]): bigint {
  return list.reduce((sum, { cumulativeWei }) => sum + cumulativeWei, 0n);
}

/**
 * The tree of a list, in the order of `sortOwed`.
 *
 * @throws {Problem} `nobody-owed` for a list without an amount; `contributor-twice`.
 */
export function owedTree(model: number, list: readonly Owed[]): OwedTree {
  const sorted = sortOwed(list);
  if (sorted.length === 0) {
    throw new Problem(
      "nobody-owed",
      `Nobody is owed anything for model ${model}.`,
      "Wait until somebody has used the model.",
      { values: { model } },
    );
  }
  return StandardMerkleTree.of(
    sorted.map(({ contributor, cumulativeWei }) => [model, contributor, cumulativeWei]),
    OWED_ENCODING,
    { sortLeaves: false },
  );
}

/**
 * The root that `proposeRoot` takes.
 *
 * @example
 * const args = [model, period, owedRoot(model, list), totalOwedWei(list), owedListDigest(model, period, list)];
 */
export function owedRoot(model: number, list: readonly Owed[]): Hex {
  return owedTree(model, list).root as Hex;
}

/**
 * What `claim` and `challenge` take for one contributor of a list.
 *
 * @returns undefined when the contributor is owed nothing.
 */
export function owedProof(
  model: number,
  list: readonly Owed[],
  contributor: Address,
): { cumulativeWei: bigint; proof: Hex[] } | undefined {
  const sorted = sortOwed(list);
  const index = sorted.findIndex((owed) => isAddressEqual(owed.contributor, contributor));
  if (index < 0) return undefined;
  const { cumulativeWei } = sorted[index] as Owed;
  return { cumulativeWei, proof: owedTree(model, sorted).getProof(index) as Hex[] };
}

/** Whether a proof shows that a contributor's leaf belongs to a root. */
export function verifyOwed(root: Hex, model: number, owed: Owed, proof: readonly Hex[]): boolean {
  try {
    const leaf = [model, owed.contributor, owed.cumulativeWei];
    return StandardMerkleTree.verify(root, OWED_ENCODING, leaf, [...proof]);
  } catch {
    // Proofs come from strangers: one that is not made of 32-byte words proves nothing.
    return false;
  }
}

/** The canonical spelling of a list: the raw block that is published with a root. */
export function owedListBytes(model: number, period: number, list: readonly Owed[]): Uint8Array {
  return canonicalBytes(owedListJson(model, period, list));
}

/** sha256 of the canonical spelling, as `proposeRoot` takes it. */
export function owedListDigest(model: number, period: number, list: readonly Owed[]): Hex {
  return canonicalDigest(owedListJson(model, period, list));
}

function owedListJson(model: number, period: number, list: readonly Owed[]) {
  return {
    version: 1,
    model,
    period,
    owed: sortOwed(list).map(({ contributor, cumulativeWei }) => ({
      contributor: contributor.toLowerCase(),
      cumulativeWei: String(cumulativeWei),
    })),
  };
}

function byAddress(a: Owed, b: Owed): number {
  return BigInt(a.contributor) < BigInt(b.contributor) ? -1 : 1;
}
