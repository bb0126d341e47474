import type { Addresses } from "@openledger/sdk/addresses";
import { createPublicClient, defineChain, type Hash, http, type PublicClient } from "viem";
import { loadAddresses } from "../chain/addresses.ts";
import { requireContracts } from "../chain/identity.ts";
import { redactUrl } from "../config/config.ts";

/** A chain with the protocol on it. */
export interface Connection {
  client: PublicClient;
  chainId: number;
  /** Tells chains of one id apart, such as two runs of a local one. */
  genesisHash: Hash;
  addresses: Addresses;
}

/**
 * Connects to a chain and makes sure that the protocol is there.
 *
 * @param addressesFile A JSON file of contract addresses, for deployments that are not in the checked-in table.
 * @throws UserError when the protocol is not on the chain; whatever the client throws when nothing answers.
 */
export async function connect(rpcUrl: string, addressesFile: string | undefined): Promise<Connection> {
  const transport = http(rpcUrl, { retryCount: 2, retryDelay: 200, timeout: 15_000, batch: { wait: 0 } });
  const chainId = await createPublicClient({ transport }).getChainId();
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [redactUrl(rpcUrl)] } },
  });
  const client: PublicClient = createPublicClient({ chain, transport, cacheTime: 0 });
  const addresses = loadAddresses(chainId, addressesFile);
  await requireContracts(client, addresses);
  const { hash } = await client.getBlock({ blockNumber: 0n });
  return { client, chainId, genesisHash: hash, addresses };
}
