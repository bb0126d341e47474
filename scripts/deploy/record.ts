/** Writes where a deployment is: into the sdk's table of addresses, or into a JSON file. */
import { readFile, writeFile } from "node:fs/promises";
import { type Addresses, deployments } from "@openledger/sdk/addresses";
import { Problem } from "@openledger/sdk/problem";
import { anvil } from "viem/chains";
import { repositoryRoot } from "./hardhat.ts";

const table = `${repositoryRoot}sdk/src/addresses.ts`;
const literal = /(const deployments: Record<number, Addresses> = )\{[\s\S]*?\n\};/;

/** The table's source with one chain's addresses set. */
export function renderTable(source: string, deployments: Record<number, Addresses>): string {
  if (!literal.test(source)) {
    throw new Problem(
      "no-address-table",
      "sdk/src/addresses.ts holds no table `deployments` to write into.",
      "Restore the file from version control and deploy again: nothing is deployed twice.",
    );
  }
  const chains = Object.entries(deployments).map(([chainId, addresses]) => {
    const lines = Object.entries(addresses).map(([key, value]) => `    ${key}: ${JSON.stringify(value)},`);
    return `  ${chainId}: {\n${lines.join("\n")}\n  },`;
  });
  return source.replace(literal, (_, declaration) => `${declaration}{\n${chains.join("\n")}\n};`);
}

/**
 * Writes one chain's addresses into `sdk/src/addresses.ts`.
 *
 * @throws {Problem} `local-addresses-differ` for a local chain on which somebody deployed otherwise: the table's local
 * addresses are those of every fresh local chain.
 */
export async function recordAddresses(chainId: number, addresses: Addresses): Promise<void> {
  const current = deployments[chainId];
  if (current?.court === addresses.court) return;
  if (chainId === anvil.id) {
    throw new Problem(
      "local-addresses-differ",
      "This local deployment is not at the usual local addresses, because another account deployed it, or its first transaction was another one.",
      "Run the same command with --out FILE, and start the parts with OPENLEDGER_ADDRESSES=FILE.",
    );
  }
  const source = await readFile(table, "utf8");
  await writeFile(table, renderTable(source, { ...deployments, [chainId]: addresses }));
}

/** Writes one deployment's addresses as JSON by chain id, for the environment variable OPENLEDGER_ADDRESSES. */
export async function writeAddressFile(path: string, chainId: number, addresses: Addresses): Promise<void> {
  await writeFile(path, `${JSON.stringify({ [chainId]: addresses }, null, 2)}\n`);
}
