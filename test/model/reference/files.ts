import { type Address, concat, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from "viem";

/** What a leaf says of a file, beside its contributor, as IDatanets has it. */
export interface Leaf {
  index: number;
  sha256: Hex;
  sizeBytes: bigint;
  mediaType: string;
  salt: Hex;
}

/** The files behind a leavesRoot, as their contributor knows them. */
export interface FileTree {
  contributor: Address;
  leaves: readonly Leaf[];
  proofs: readonly (readonly Hex[])[];
  leavesRoot: Hex;
}

const leafFields = parseAbiParameters("address, uint8, bytes32, uint256, string, bytes32");
const addressField = parseAbiParameters("address");

export function plantFiles(contributor: Address, leaves: readonly Leaf[]): FileTree {
  const { root, proofs } = plantTree(
    leaves.map(({ index, sha256, sizeBytes, mediaType, salt }) =>
      encodeAbiParameters(leafFields, [contributor, index, sha256, sizeBytes, mediaType, salt]),
    ),
  );
  return { contributor, leaves, proofs, leavesRoot: root };
}

/** A list of contributors, as a Datanet may have one. */
export interface ContributorList {
  listRoot: Hex;
  members: readonly Address[];
  proofs: readonly (readonly Hex[])[];
}

export function plantList(members: readonly Address[]): ContributorList {
  const { root, proofs } = plantTree(members.map((member) => encodeAbiParameters(addressField, [member])));
  return { listRoot: root, members, proofs };
}

/** A Merkle tree of double-hashed leaves with sorted pairs, and each leaf's proof. An odd node moves up as it is. */
function plantTree(values: readonly Hex[]): { root: Hex; proofs: Hex[][] } {
  const proofs: Hex[][] = values.map(() => []);
  let level = values.map((value, index) => ({ hash: keccak256(keccak256(value)), below: [index] }));
  while (level.length > 1) {
    const above: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left === undefined) continue;
      if (right === undefined) {
        above.push(left);
        continue;
      }
      for (const leaf of left.below) proofs[leaf]?.push(right.hash);
      for (const leaf of right.below) proofs[leaf]?.push(left.hash);
      const hash = keccak256(concat([left.hash, right.hash].sort()));
      above.push({ hash, below: [...left.below, ...right.below] });
    }
    level = above;
  }
  return { root: level[0]?.hash as Hex, proofs };
}
