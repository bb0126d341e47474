import type { Address, Client } from "viem";
import { readContract } from "viem/actions";
import { datanetsAbi } from "../abi/datanets.ts";
import type { Addresses } from "../addresses.ts";
import type { QuotaLeft } from "../quota.ts";

/**
 * What an address may still submit today, by chain time.
 *
 * @example
 * const { filesLeft, bytesLeft, resetsAt } = await readQuota(client, { addresses, contributor });
 */
export async function readQuota(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets">; contributor: Address },
): Promise<QuotaLeft> {
  const [filesLeft, bytesLeft, resetsAt] = await readContract(client, {
    address: parameters.addresses.datanets,
    abi: datanetsAbi,
    functionName: "quotaOf",
    args: [parameters.contributor],
  });
  return { filesLeft: Number(filesLeft), bytesLeft: Number(bytesLeft), resetsAt: Number(resetsAt) };
}
