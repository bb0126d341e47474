/** Lets a local anvil mine each transaction at once while something that needs many blocks runs. */
import type { PublicClient } from "viem";

type Request = (parameters: { method: string; params?: readonly unknown[] }) => Promise<unknown>;

/**
 * Runs `work` with instant blocks when the chain is a local anvil, and restores its mining afterwards. Any other chain
 * is left alone.
 */
export async function withInstantBlocks<Result>(
  client: PublicClient,
  work: () => Promise<Result>,
): Promise<Result> {
  const request = client.request as Request;
  const version = await request({ method: "web3_clientVersion" }).catch(() => "");
  if (!String(version).startsWith("anvil/")) return work();
  const intervalSeconds = Number(await request({ method: "anvil_getIntervalMining" }));
  if (!(intervalSeconds > 0)) return work();
  await request({ method: "evm_setAutomine", params: [true] });
  try {
    return await work();
  } finally {
    await request({ method: "evm_setIntervalMining", params: [intervalSeconds] });
  }
}
