import type { Address, Client } from "viem";
import { readContract } from "viem/actions";
import { datanetsAbi } from "../abi/datanets.ts";
import type { Addresses } from "../addresses.ts";

/** A contributor's standing in one Datanet. */
export type Score = {
  /** A high-water mark: it never falls. */
  scoreBps: number;
  points: number;
  judged: number;
  accepted: number;
  /** Distinct UTC days with an acceptance. */
  days: number;
  lastDay: number;
  /** When the score reached its present height, in Unix seconds. */
  reachedAt: number;
};

/** A contributor's standing; all zero for someone who never contributed. */
export async function readScore(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets">; datanet: number; contributor: Address },
): Promise<Score> {
  const { days_, ...score } = await readContract(client, {
    address: parameters.addresses.datanets,
    abi: datanetsAbi,
    functionName: "scoreOf",
    args: [parameters.datanet, parameters.contributor],
  });
  return { ...score, days: days_ };
}
