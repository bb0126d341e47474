import type { Client } from "viem";
import { getBlock } from "viem/actions";

/** The chain's own clock: number and timestamp of the latest block. Windows and days are counted by it. */
export async function readChainTime(client: Client): Promise<{ blockNumber: bigint; seconds: number }> {
  const block = await getBlock(client, { blockTag: "latest", includeTransactions: false });
  return { blockNumber: block.number, seconds: Number(block.timestamp) };
}
