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
 * @throws When the index and the contract still disagree after the index had time to catch up.
 */
export function leaderboard(client: PublicClient, indexer: string): Promise<Standing[]> {
  return until("The index agreeing with the contract", 30, () => agreedLeaderboard(client, indexer));
}

async function agreedLeaderboard(client: PublicClient, indexer: string): Promise<Standing[] | undefined> {
  const addresses = addressesOf(await client.getChainId());
  const { standings: rows } = await ask<{
    standings: {
      items: (Omit<Standing, "address" | "points"> & { contributor: Address; points: string })[];
    };
  }>(
    indexer,
    `{ standings(orderBy: "rank", orderDirection: "desc", limit: 100) { items {
      contributor datanet scoreBps accepted judged days points
    } } }`,
  );
  if (rows.items.length === 0) return undefined;
  const standings: Standing[] = [];
  for (const { contributor, points, ...row } of rows.items) {
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
