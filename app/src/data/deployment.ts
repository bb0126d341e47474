import { queryOptions } from "@tanstack/react-query";
import { type Address, type Chain, createPublicClient, defineChain, http, type PublicClient } from "viem";
import { anvil } from "viem/chains";
import { getJson } from "./gateway.ts";

/** What GET /v1/status says about the chain behind this gateway. */
export type Status = {
  chainId: number;
  genesisHash: string;
  rpcUrl?: string;
  relayer: Address;
  version: string;
  addresses: {
    openToken: Address;
    parameters: Address;
    vault: Address;
    seats: Address;
    court: Address;
    datanets: Address;
    training: Address;
    models: Address;
  };
};

/** The chain that the page talks to: who is where, and a client that reads it. */
export type Deployment = Status & { rpcUrl: string; chain: Chain; client: PublicClient };

const LOCAL_RPC_URL = "http://127.0.0.1:8545";

/** The deployment behind this page's gateway; read once. */
export const deploymentQuery = () =>
  queryOptions({
    queryKey: ["deployment"],
    queryFn: async ({ signal }) => deploymentOf(await getJson<Status>("/v1/status", signal)),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });

/** Make the clients for a deployment. */
function deploymentOf(status: Status): Deployment {
  const rpcUrl = status.rpcUrl ?? LOCAL_RPC_URL;
  const chain = defineChain({
    id: status.chainId,
    name: status.chainId === anvil.id ? "OpenLedger local chain" : `Chain ${status.chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: status.chainId === anvil.id,
  });
  const client = createPublicClient({
    chain,
    transport: http(rpcUrl, { batch: true }),
    pollingInterval: 1_000,
  });
  return { ...status, rpcUrl, chain, client: client as PublicClient };
}

/** Chain time: the newest block's timestamp. Every deadline on the page is measured against it. */
export const chainTimeQuery = ({ client, chainId }: Deployment) =>
  queryOptions({
    queryKey: ["chain-time", chainId],
    queryFn: async () => {
      const block = await client.getBlock({ blockTag: "latest" });
      return { seconds: Number(block.timestamp), readAt: Date.now() };
    },
    refetchInterval: 4_000,
  });
