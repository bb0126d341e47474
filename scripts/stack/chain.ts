/** The local chain: anvil with one-second blocks, its state kept in a file so that a restart goes on. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LOCAL_MNEMONIC } from "@openledger/sdk/localAccounts";
import { createPublicClient, type Hash, http, type PublicClient } from "viem";
import { anvil } from "viem/chains";
import type { ProcessDefinition } from "./processes.ts";

/** How many accounts of the mnemonic get local ETH. */
const accounts = 40;

/** Path of the anvil binary for this platform. */
function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === "win32" ? "win32" : process.platform;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const name = `@foundry-rs/anvil-${platform}-${architecture}/package.json`;
  try {
    return join(dirname(require.resolve(name)), "bin", "anvil");
  } catch {
    throw new Error(
      `The local chain has no binary for ${process.platform} ${process.arch}. Start any EVM node yourself and set RPC_URL.`,
    );
  }
}

/** The chain's process for a data folder and a port. */
export function chainProcess(directory: string, port: number): ProcessDefinition {
  mkdirSync(directory, { recursive: true });
  const state = join(directory, "chain.json");
  const client = chainClient(port);
  return {
    name: "chain",
    command: anvilBinary(),
    args: [
      ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(anvil.id)],
      ...["--mnemonic", LOCAL_MNEMONIC, "--accounts", String(accounts), "--balance", "10000"],
      ...["--block-time", "1", "--hardfork", "prague", "--gas-limit", "60000000"],
      ...["--state", state, "--state-interval", "5"],
    ],
    ready: async () => (await client.getBlockNumber()) >= 0n,
    stopSeconds: 20,
  };
}

/** A client of the chain at a local port. */
export function chainClient(port: number): PublicClient {
  return createPublicClient({
    chain: anvil,
    transport: http(`http://127.0.0.1:${port}`, { retryCount: 5 }),
    pollingInterval: 300,
  });
}

/**
 * Makes sure that the chain at the port is the one that this folder's stack started.
 * @throws When the genesis block differs from the one noted at the first start.
 */
export async function checkGenesis(directory: string, client: PublicClient): Promise<Hash> {
  const noted = join(directory, "genesis");
  const { hash } = await client.getBlock({ blockNumber: 0n });
  if (!existsSync(noted)) {
    writeFileSync(noted, hash);
    return hash;
  }
  const expected = readFileSync(noted, "utf8");
  if (expected === hash) return hash;
  throw new Error(
    `The chain began with block ${hash}, but this stack's chain began with ${expected}. Another chain answers at its port, or its state file was lost. Run "npm run up -- --reset" to start over.`,
  );
}
