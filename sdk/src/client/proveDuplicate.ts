import { type Address, type Client, type Hex, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { datanetsAbi } from "../abi/datanets.ts";
import type { Addresses } from "../addresses.ts";
import { type Leaf, leavesOf, leavesRootOf, proofOf, submissionRoot } from "../leaves.ts";
import type { Manifest } from "../manifest.ts";
import { Problem } from "../problem.ts";
import type { ContractCall } from "./call.ts";

/** A file of a published submission. */
export type ContributedFile = { manifest: Pick<Manifest, "contributor" | "files">; index: number };

/** What was shown of a file. */
export type Duplicate = {
  finder: Address;
  /** Where the earlier file was judged. */
  docket: number;
  position: number;
  files: number;
  index: number;
  finderBps: number;
};

/**
 * Show that two files are the same bytes: the later one's grade becomes 0 before it is credited, and the caller earns
 * a share of what it would have earned.
 *
 * @throws {Problem} `different-files` when they are not, `no-such-file` for an index without a file.
 * @example
 * await wallet.writeContract(proveDuplicate({ addresses, earlier: { manifest: a, index: 0 }, later: { manifest: b, index: 3 } }));
 */
export function proveDuplicate(parameters: {
  addresses: Pick<Addresses, "datanets">;
  earlier: ContributedFile;
  later: ContributedFile;
}): ContractCall {
  const { addresses, earlier, later } = parameters;
  const first = proven(earlier);
  const second = proven(later);
  if (first.leaf.sha256 !== second.leaf.sha256) {
    throw new Problem(
      "different-files",
      `The files have other bytes: their sha256 are ${first.leaf.sha256} and ${second.leaf.sha256}.`,
      "Name two files with the same sha256.",
    );
  }
  return {
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "proveDuplicate",
    args: [first.root, first.leaf, first.proof, second.root, second.leaf, second.proof],
  };
}

/**
 * What was shown of a submission's file.
 *
 * @returns undefined when nothing was.
 */
export async function readDuplicate(
  client: Client,
  { addresses, root, index }: { addresses: Pick<Addresses, "datanets">; root: Hex; index: number },
): Promise<Duplicate | undefined> {
  const duplicate = await readContract(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "duplicateOf",
    args: [root, index],
  });
  return duplicate.finder === zeroAddress ? undefined : duplicate;
}

function proven({ manifest, index }: ContributedFile) {
  const leaves = leavesOf(manifest.contributor, manifest.files);
  const own = leaves[index];
  if (own === undefined) {
    throw new Problem(
      "no-such-file",
      `The submission has ${leaves.length} files, and none with the index ${index}.`,
      "Count the files from 0.",
    );
  }
  return {
    root: submissionRoot(manifest.contributor, leavesRootOf(leaves)),
    leaf: onChain(own),
    proof: proofOf(leaves, index),
  };
}

/** The contract knows the contributor from the submission. */
function onChain({ index, sha256, sizeBytes, mediaType, salt }: Leaf) {
  return { index, sha256, sizeBytes: BigInt(sizeBytes), mediaType, salt };
}
