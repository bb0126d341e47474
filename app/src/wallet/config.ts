import { http } from "viem";
import { anvil } from "viem/chains";
import { type Config, createConfig, injected } from "wagmi";
import type { Deployment } from "../data/deployment.ts";
import { demoConnector } from "./demoConnector.ts";

/**
 * Wallets that this page offers: every extension that announces itself (EIP-6963), an older one that only injects
 * itself, and on the local chain the demo accounts.
 */
export function createWalletConfig({ chain, rpcUrl }: Deployment): Config {
  return createConfig({
    chains: [chain],
    connectors: chain.id === anvil.id ? [injected(), demoConnector(chain)] : [injected()],
    multiInjectedProviderDiscovery: true,
    pollingInterval: 1_000,
    transports: { [chain.id]: http(rpcUrl, { batch: true }) },
  });
}
