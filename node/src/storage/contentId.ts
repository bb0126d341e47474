import { createReadStream } from "node:fs";
import { unixfs } from "@helia/unixfs";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { CID } from "multiformats/cid";
import type { Hex } from "viem";

/** Files of at most this many bytes are one raw block, whose CID follows from the sha256 alone. */
export const CHUNK_BYTES = 1_048_576;

/** How every store cuts a file into blocks. */
export const IMPORT_OPTIONS = { cidVersion: 1, rawLeaves: true } as const;

/** Takes blocks and keeps nothing. */
const nowhere = {
  put: async (cid: CID) => cid,
  has: async () => false,
  get: () => {
    throw new Error("Blocks are only counted here, not kept.");
  },
};

/** The CID of a file that is one block, as most are; undefined for a larger one, which has to be read for it. */
export function cidOfBlock(sizeBytes: number, sha256: Hex): string | undefined {
  return sizeBytes <= CHUNK_BYTES ? cidOfDigest(sha256) : undefined;
}

/** The CID that a file gets in every store, without storing it. */
export async function cidOfFile(path: string, sizeBytes: number, sha256: Hex): Promise<string> {
  const block = cidOfBlock(sizeBytes, sha256);
  if (block !== undefined) return block;
  const cid = await unixfs({ blockstore: nowhere }).addByteStream(createReadStream(path), IMPORT_OPTIONS);
  return cid.toString();
}
