import type { Config } from "wagmi";
import { getConnection, switchChain } from "wagmi/actions";

/** Bring the connected wallet to the page's chain before it signs or sends. */
export async function ensureChain(config: Config, chainId: number): Promise<void> {
  if (getConnection(config).chainId !== chainId) await switchChain(config, { chainId });
}
