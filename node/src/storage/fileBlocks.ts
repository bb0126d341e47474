import { blockNameOf } from "@openledger/sdk/cid";
import { linksOfFileNode } from "@openledger/sdk/content/fetchFile";

/** A file in a store is a tree of few levels; a longer chain of nodes is none. */
const MAX_LEVELS = 4;

/**
 * The CIDs of all blocks of a file, its own first. A file of one raw block has one.
 *
 * @throws {Problem} `bad-content` when it is a directory or no UnixFS file.
 */
export async function blocksOfFile(
  cid: string,
  getBlock: (cid: string) => Promise<Uint8Array>,
  level = 0,
): Promise<string[]> {
  if (blockNameOf(cid).codec === "raw" || level === MAX_LEVELS) return [cid];
  const blocks = [cid];
  for (const link of linksOfFileNode(cid, await getBlock(cid)))
    blocks.push(...(await blocksOfFile(link, getBlock, level + 1)));
  return blocks;
}
