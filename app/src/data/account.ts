import { vaultAbi } from "@openledger/sdk/abi/vault";
import { readQuota } from "@openledger/sdk/client/readQuota";
import { queryOptions } from "@tanstack/react-query";
import { type Address, erc20Abi } from "viem";
import type { Deployment } from "./deployment.ts";

/** What an address holds, has earned and may claim, read from the contracts themselves. */
export const moneyQuery = ({ client, addresses, chainId }: Deployment, account: Address | undefined) =>
  queryOptions({
    queryKey: ["money", chainId, account],
    queryFn: async () => {
      const owner = account as Address;
      const [balanceWei, [earnedWei, claimedWei], gasWei] = await Promise.all([
        client.readContract({
          address: addresses.openToken,
          abi: erc20Abi,
          functionName: "balanceOf",
          args: [owner],
        }),
        client.readContract({
          address: addresses.vault,
          abi: vaultAbi,
          functionName: "earnedBy",
          args: [owner],
        }),
        client.getBalance({ address: owner }),
      ]);
      return { balanceWei, earnedWei, claimedWei, claimableWei: earnedWei - claimedWei, gasWei };
    },
    enabled: account !== undefined,
    refetchInterval: 3_000,
  });

/** What is left of today's quota. */
export type Quota = { filesLeft: number; bytesLeft: number; resetsAt: number };

/** A contributor's quota, read from the contract that enforces it. */
export const quotaQuery = ({ client, addresses, chainId }: Deployment, account: Address | undefined) =>
  queryOptions({
    queryKey: ["quota", chainId, account],
    queryFn: (): Promise<Quota> => readQuota(client, { addresses, contributor: account as Address }),
    enabled: account !== undefined,
    refetchInterval: 10_000,
  });

/** Read a quota whose numbers may come as decimal strings. */
export function toQuota(answer: Record<keyof Quota, number | string>): Quota {
  return {
    filesLeft: Number(answer.filesLeft),
    bytesLeft: Number(answer.bytesLeft),
    resetsAt: toSeconds(answer.resetsAt),
  };
}

function toSeconds(moment: number | string): number {
  const seconds = Number(moment);
  return Number.isFinite(seconds) ? seconds : Math.floor(Date.parse(String(moment)) / 1000);
}
