/** The local chain: anvil with one-second blocks, its state kept in a file so that a restart goes on. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LOCAL_MNEMONIC } from "@openledger/sdk/localAccounts";
import { createPublicClient, type Hash, type Hex, http, type PublicClient, toHex } from "viem";
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

/** The first block of the chain that a folder's stack started. */
interface Genesis {
  hash: Hash;
  /** Chain time in seconds, as a hexadecimal quantity. */
  timestamp: Hex;
}

function readGenesis(directory: string): Genesis | undefined {
  const noted = join(directory, "genesis.json");
  return existsSync(noted) ? JSON.parse(readFileSync(noted, "utf8")) : undefined;
}

/**
 * Takes other first blocks out of the state file. Each start of anvil makes a first block of its own before it loads the
 * file, and saves both: at the next start any of them may end up as block 0.
 * @throws When the file is damaged.
 */
export function keepOneGenesis(directory: string): void {
  const state = join(directory, "chain.json");
  const genesis = readGenesis(directory);
  if (!genesis || !existsSync(state)) return;
  let saved: { blocks: { header: { number: Hex; timestamp: Hex } }[] };
  try {
    saved = JSON.parse(readFileSync(state, "utf8"));
  } catch (error) {
    throw new Error(
      `The chain's state in ${state} is damaged, as after a power cut. Run "npm run up -- --reset" to start over.`,
      { cause: error },
    );
  }
  const isOther = ({ header }: (typeof saved.blocks)[number]) =>
    BigInt(header.number) === 0n && BigInt(header.timestamp) !== BigInt(genesis.timestamp);
  if (!saved.blocks.some(isOther)) return;
  saved.blocks = saved.blocks.filter((block) => !isOther(block));
  writeFileSync(`${state}.new`, JSON.stringify(saved));
  renameSync(`${state}.new`, state);
}

/**
 * Makes sure that the chain at the port is the one that this folder's stack started.
 * @throws When the genesis block differs from the one noted at the first start.
 */
export async function checkGenesis(directory: string, client: PublicClient): Promise<Hash> {
  const { hash, timestamp } = await client.getBlock({ blockNumber: 0n });
  const expected = readGenesis(directory);
  if (!expected) {
    const genesis: Genesis = { hash, timestamp: toHex(timestamp) };
    writeFileSync(join(directory, "genesis.json"), JSON.stringify(genesis));
    return hash;
  }
  if (expected.hash === hash) return hash;
  throw new Error(
    `The chain began with block ${hash}, but this stack's chain began with ${expected.hash}. Another chain answers at its port, or its state file was lost. Run "npm run up -- --reset" to start over.`,
  );
}
