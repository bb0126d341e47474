import { createHash } from "node:crypto";
import { blockNameOf } from "@openledger/sdk/cid";
import type { ContentStore } from "../storage/contentStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";

/** As much of a store as reading blocks takes. */
export type BlockReader = Pick<ContentStore, "has" | "getBlock">;

/**
 * The CIDs of the pieces of a file that a store holds whole, in order, each piece compared with its CID. A disk that was
 * cut from its power may hold half a block.
 *
 * @returns undefined when a block is missing or has other bytes, when they are more than `limit` bytes together, and when
 * the CID names no file.
 */
export async function piecesHeld(
  store: BlockReader,
  cid: string,
  limit: number,
): Promise<string[] | undefined> {
  try {
    if (!(await store.has(cid))) return undefined;
    const blocks = await blocksOfFile(cid, (block) => wholeBlock(store, block));
    const pieces = blocks.filter((block) => blockNameOf(block).codec === "raw");
    let sizeBytes = 0;
    for (const piece of pieces) sizeBytes += (await wholeBlock(store, piece)).length;
    return sizeBytes > limit ? undefined : pieces;
  } catch {
    // Whatever is wrong with the own copy, others may have a good one.
    return undefined;
  }
}

/** @throws Error when the bytes are not those of the CID. */
async function wholeBlock(store: BlockReader, cid: string): Promise<Uint8Array> {
  const bytes = await store.getBlock(cid);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (blockNameOf(cid).sha256 !== `0x${sha256}`)
    throw new Error(`The store has ${bytes.length} other bytes as ${cid}.`);
  return bytes;
}
