import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { anvil } from "viem/chains";

/** An account of the public test mnemonic. */
export const accountAt = (addressIndex: number) =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });

/** A chain in a process of its own with one-second blocks, on a free port. */
export type LocalChain = Awaited<ReturnType<typeof startLocalChain>>;

/** Starts a chain that keeps nothing; by default with the id of every local chain. */
export async function startLocalChain(chainId: number = anvil.id) {
  const port = await freePort();
  const require = createRequire(import.meta.url);
  const manifest = require.resolve(`@foundry-rs/anvil-${process.platform}-${architecture()}/package.json`);
  const options = ["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(chainId)];
  const chain = spawn(
    join(dirname(manifest), "bin", "anvil"),
    [...options, "--block-time", "1", "--hardfork", "prague", "--silent"],
    { stdio: "ignore" },
  );
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createTestClient({
    mode: "anvil",
    chain: { ...anvil, id: chainId },
    transport: http(rpcUrl, { retryCount: 30, retryDelay: 100 }),
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
  await client.getBlockNumber();
  return { rpcUrl, client, stop: () => stop(chain) };
}

async function stop(chain: ChildProcess): Promise<void> {
  if (chain.exitCode !== null) return;
  const ended = new Promise((resolve) => chain.once("exit", resolve));
  chain.kill("SIGKILL");
  await ended;
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}
