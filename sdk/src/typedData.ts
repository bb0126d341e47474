import { type Address, type Hex, hashTypedData } from "viem";

/** What a contributor signs. Equal to `IDatanets.Submission`; `submissionRoot` of `leaves.ts` is a submission's key. */
export type Submission = {
  contributor: Address;
  datanet: number;
  files: number;
  /** Sum of the declared sizes of all files. */
  sizeBytes: number;
  /** Number of the Datanet's terms (licence and guidelines) under which the files are given. */
  terms: number;
  /** Merkle root of the leaves. */
  leavesRoot: Hex;
  /** sha256 of the canonical manifest. */
  manifestDigest: Hex;
  /** Unix seconds; the contract refuses the signature afterwards. */
  deadline: number;
};

/** What a COMPUTE seat holder signs to upload an artifact. */
export type Artifact = {
  sha256: Hex;
  sizeBytes: bigint;
  /** Unix seconds. */
  expires: number;
};

export const submissionTypes = {
  Submission: [
    { name: "contributor", type: "address" },
    { name: "datanet", type: "uint32" },
    { name: "files", type: "uint8" },
    { name: "sizeBytes", type: "uint32" },
    { name: "terms", type: "uint16" },
    { name: "leavesRoot", type: "bytes32" },
    { name: "manifestDigest", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
} as const;

export const artifactTypes = {
  Artifact: [
    { name: "sha256", type: "bytes32" },
    { name: "sizeBytes", type: "uint256" },
    { name: "expires", type: "uint40" },
  ],
} as const;

export const voteSaltTypes = {
  VoteSalt: [
    { name: "docket", type: "uint40" },
    { name: "round", type: "uint8" },
  ],
} as const;

/** The EIP-712 domain of everything that is signed for one contract of OpenLedger. */
export function domainOf(chainId: number, verifyingContract: Address) {
  return { name: "OpenLedger", version: "1", chainId, verifyingContract } as const;
}

/**
 * The typed data of a submission, as `signTypedData` of viem and wagmi takes it.
 *
 * @example
 * const signature = await account.signTypedData(submissionTypedData({ chainId, datanets, submission }));
 */
export function submissionTypedData(parameters: {
  chainId: number;
  datanets: Address;
  submission: Submission;
}) {
  return {
    domain: domainOf(parameters.chainId, parameters.datanets),
    types: submissionTypes,
    primaryType: "Submission",
    message: parameters.submission,
  } as const;
}

/** The digest that a contributor signs; equal to `Datanets.digestOf`. */
export function submissionDigest(parameters: {
  chainId: number;
  datanets: Address;
  submission: Submission;
}): Hex {
  return hashTypedData(submissionTypedData(parameters));
}

/**
 * The typed data that lets a COMPUTE seat holder upload an artifact to a gateway. Its domain names the Training
 * contract, since only trainers upload.
 */
export function artifactTypedData(parameters: { chainId: number; training: Address; artifact: Artifact }) {
  return {
    domain: domainOf(parameters.chainId, parameters.training),
    types: artifactTypes,
    primaryType: "Artifact",
    message: parameters.artifact,
  } as const;
}

/**
 * The typed data whose signature gives a voter's salt for one round of a docket. It is never published: the salt
 * comes from it, so that a voter who lost the disk can sign again and reveal.
 */
export function voteSaltTypedData(parameters: {
  chainId: number;
  court: Address;
  docket: number;
  round: number;
}) {
  return {
    domain: domainOf(parameters.chainId, parameters.court),
    types: voteSaltTypes,
    primaryType: "VoteSalt",
    message: { docket: parameters.docket, round: parameters.round },
  } as const;
}
