import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { encodeFunctionData, type Hex } from "viem";
import type { Chain } from "./chain.ts";
import { dryRun, TransactionRefusedError } from "./dryRun.ts";

/**
 * The submissions that can be finalized now, found by a dry run of each: a sweep skips the others and would burn gas
 * for nothing. Windows to appeal, appeals under way, duplicates of files that wait, and pauses all show up here.
 */
export async function finalizableOf(chain: Chain, roots: readonly Hex[]): Promise<Hex[]> {
  const ready = await Promise.all(roots.map((root) => isFinalizable(chain, root)));
  return roots.filter((_, index) => ready[index]);
}

async function isFinalizable(chain: Chain, root: Hex): Promise<boolean> {
  try {
    await dryRun(chain.client, {
      account: chain.account.address,
      to: chain.addresses.datanets,
      data: encodeFunctionData({ abi: datanetsAbi, functionName: "finalize", args: [root] }),
      value: 0n,
    });
    return true;
  } catch (error) {
    if (error instanceof TransactionRefusedError) return false;
    throw error;
  }
}
