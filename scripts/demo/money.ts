/** What people earned, and where they stand, from the index, each number compared with the contract's own view. */
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { addressesOf } from "@openledger/sdk/addresses";
import { type Address, formatEther, type PublicClient } from "viem";
import { contributors, nameOf } from "../stack/accounts.ts";
import { sendAll } from "../stack/transactions.ts";
import { ask, until } from "./questions.ts";

/** A place on the leaderboard. */
export interface Standing {
  address: Address;
  datanet: number;
  scoreBps: number;
  accepted: number;
  judged: number;
  days: number;
  points: number;
}

/** Every contributor takes home what they earned. Nothing is claimed a second time. */
export async function claimEarnings(client: PublicClient, tell: (line: string) => void): Promise<void> {
  const addresses = addressesOf(await client.getChainId());
  await Promise.all(
    contributors.map(async (person) => {
      const [earned, claimed] = await earnedBy(client, person.account.address);
      if (earned === claimed) return;
      await sendAll(client, person.account, [
        { to: addresses.vault, abi: vaultAbi, functionName: "claim", args: [person.account.address] },
      ]);
      tell(`${person.name} claims ${formatEther(earned - claimed)} OPEN`);
    }),
  );
}

async function earnedBy(client: PublicClient, account: Address): Promise<readonly [bigint, bigint]> {
  const addresses = addressesOf(await client.getChainId());
  return client.readContract({
    address: addresses.vault,
    abi: vaultAbi,
    functionName: "earnedBy",
    args: [account],
  });
}

/** What contributors have taken home, in wei. */
export async function paidToContributors(client: PublicClient): Promise<bigint> {
  const claims = await Promise.all(contributors.map(({ account }) => earnedBy(client, account.address)));
  return claims.reduce((sum, [, claimed]) => sum + claimed, 0n);
}

/**
 * The leaderboard of every Datanet, best first.
 * @throws When the index and the contract disagree.
 */
export async function leaderboard(client: PublicClient, indexer: string): Promise<Standing[]> {
  const addresses = addressesOf(await client.getChainId());
  const rows = await until("The leaderboard", 30, async () => {
    const { standings } = await ask<{
      standings: {
        items: (Omit<Standing, "address" | "points"> & { contributor: Address; points: string })[];
      };
    }>(
      indexer,
      `{ standings(orderBy: "rank", orderDirection: "desc", limit: 100) { items {
        contributor datanet scoreBps accepted judged days points
      } } }`,
    );
    return standings.items.length > 0 ? standings.items : undefined;
  });
  const standings: Standing[] = [];
  for (const { contributor, points, ...row } of rows) {
    const score = await client.readContract({
      address: addresses.datanets,
      abi: datanetsAbi,
      functionName: "scoreOf",
      args: [row.datanet, contributor],
    });
    if (
      score.scoreBps !== row.scoreBps ||
      score.judged !== row.judged ||
      Number(score.points) !== Number(points)
    )
      throw new Error(
        `The index and the contract disagree about ${nameOf(contributor)} in Datanet ${row.datanet}.`,
      );
    standings.push({ address: contributor, ...row, points: Number(points) });
  }
  return standings.sort((a, b) => a.datanet - b.datanet);
}
