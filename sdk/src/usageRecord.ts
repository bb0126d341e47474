import {
  type Address,
  type Hex,
  hashTypedData,
  isAddressEqual,
  recoverTypedDataAddress,
  sha256,
  stringToBytes,
  zeroHash,
} from "viem";
import { canonicalDigest } from "./canonicalJson.ts";
import type { Dataset } from "./jobSpec.ts";

/**
 * What a chat server says about one answer that it gave. It is signed, and names the digest of the record before it, so
 * that a server cannot leave one out, or change one, without changing all that follow. A receipt of `IAttribution` may
 * claim for a user and a model what such records add up to.
 */
export type UsageRecord = {
  /** 1 for the server's first record, and one more for each that follows. */
  number: number;
  /** Digest of the record before it; zero for the first. */
  previous: Hex;
  server: Address;
  /** Who pays by receipts, where the server knows it; else the zero address. */
  user: Address;
  /** The model (ERC-721) and its release; both 0 when a base answered without an adapter. */
  model: number;
  release: number;
  baseDigest: Hex;
  /** sha256 of the adapter's weights; zero for a base. */
  adapterDigest: Hex;
  /** The dataset versions that the release was trained on; none for a base. */
  datasets: readonly Dataset[];
  promptTokens: number;
  completionTokens: number;
  /** {@link questionDigest} of the messages that were asked. */
  questionDigest: Hex;
  /** sha256 of the answer's text as UTF-8. */
  answerDigest: Hex;
  /** How the answer ended: whole, at its longest, or left by the asker before its end. */
  finishReason: "stop" | "length" | "cancelled";
  seed: number;
  /** Unix seconds of the server's clock. */
  answeredAt: number;
};

/** A record with what makes it one: its digest, and the server's signature of it. */
export type SignedUsageRecord = { record: UsageRecord; digest: Hex; signature: Hex };

export const usageRecordTypes = {
  UsageRecord: [
    { name: "number", type: "uint40" },
    { name: "previous", type: "bytes32" },
    { name: "server", type: "address" },
    { name: "user", type: "address" },
    { name: "model", type: "uint40" },
    { name: "release", type: "uint40" },
    { name: "baseDigest", type: "bytes32" },
    { name: "adapterDigest", type: "bytes32" },
    { name: "datasets", type: "DatasetVersion[]" },
    { name: "promptTokens", type: "uint32" },
    { name: "completionTokens", type: "uint32" },
    { name: "questionDigest", type: "bytes32" },
    { name: "answerDigest", type: "bytes32" },
    { name: "finishReason", type: "string" },
    { name: "seed", type: "uint64" },
    { name: "answeredAt", type: "uint40" },
  ],
  DatasetVersion: [
    { name: "datanet", type: "uint32" },
    { name: "versionCount", type: "uint40" },
    { name: "versionHead", type: "bytes32" },
  ],
} as const;

/**
 * The typed data of a usage record, as `signTypedData` of viem and wagmi takes it. Its domain is that of the receipts.
 *
 * @example
 * const signature = await account.signTypedData(usageRecordTypedData({ chainId, attribution, record }));
 */
export function usageRecordTypedData(parameters: {
  chainId: number;
  attribution: Address;
  record: UsageRecord;
}) {
  const { chainId, attribution, record } = parameters;
  return {
    domain: { name: "OpenLedger Attribution", version: "1", chainId, verifyingContract: attribution },
    types: usageRecordTypes,
    primaryType: "UsageRecord",
    message: { ...record, seed: BigInt(record.seed) },
  } as const;
}

/** The digest that a server signs, and that the record after it names. */
export function usageRecordDigest(parameters: {
  chainId: number;
  attribution: Address;
  record: UsageRecord;
}): Hex {
  return hashTypedData(usageRecordTypedData(parameters));
}

/**
 * sha256 of the canonical JSON of the messages, each with role and content alone: whoever has the conversation can show
 * that a record is about it, and a record alone does not tell what was asked.
 */
export function questionDigest(messages: readonly { role: string; content: string }[]): Hex {
  return canonicalDigest(messages.map(({ role, content }) => ({ role, content })));
}

/** sha256 of an answer's text as UTF-8. */
export function answerDigest(answer: string): Hex {
  return sha256(stringToBytes(answer));
}

/** What is wrong with a list of usage records, or that nothing is. */
export type UsageVerdict =
  | { ok: true; promptTokens: number; completionTokens: number }
  | { ok: false; number: number; sentence: string };

/**
 * Check a server's records: each follows the one before it, has the digest that it claims, and is signed by the server
 * that it names.
 *
 * @param parameters.after The digest of the record before the first; zero when the list begins with record 1.
 * @returns The sums of the tokens when all is well, else the first record that is wrong and why.
 * @example
 * const verdict = await verifyUsageRecords({ chainId, attribution, records });
 */
export async function verifyUsageRecords(parameters: {
  chainId: number;
  attribution: Address;
  records: readonly SignedUsageRecord[];
  after?: Hex;
}): Promise<UsageVerdict> {
  const { chainId, attribution, records } = parameters;
  let previous = parameters.after ?? zeroHash;
  let last: number | undefined;
  let promptTokens = 0;
  let completionTokens = 0;
  for (const { record, digest, signature } of records) {
    const wrong = (sentence: string): UsageVerdict => ({ ok: false, number: record.number, sentence });
    if (last !== undefined && record.number !== last + 1) {
      return wrong(`Record ${record.number} follows record ${last}.`);
    }
    if (record.previous.toLowerCase() !== previous.toLowerCase()) {
      return wrong(`Record ${record.number} names ${record.previous} as the one before it, not ${previous}.`);
    }
    const actual = usageRecordDigest({ chainId, attribution, record });
    if (actual !== digest.toLowerCase())
      return wrong(`Record ${record.number} has the digest ${actual}, not ${digest}.`);
    const signer = await recoverTypedDataAddress({
      ...usageRecordTypedData({ chainId, attribution, record }),
      signature,
    }).catch(() => undefined);
    if (signer === undefined || !isAddressEqual(signer, record.server)) {
      return wrong(`Record ${record.number} is not signed by its server ${record.server}.`);
    }
    previous = actual;
    last = record.number;
    promptTokens += record.promptTokens;
    completionTokens += record.completionTokens;
  }
  return { ok: true, promptTokens, completionTokens };
}
