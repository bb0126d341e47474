import type { Addresses } from "@openledger/sdk/addresses";
import type { Hash, PublicClient } from "viem";
import type { Database } from "../app/database.ts";
import { UserError } from "../app/errors.ts";

/** What makes a chain the one that a data directory belongs to. */
export interface ChainIdentity {
  chainId: number;
  genesisHash: Hash;
  datanets: string;
}

/** Asks the chain who it is. */
export async function readIdentity(client: PublicClient, addresses: Addresses): Promise<ChainIdentity> {
  const [chainId, genesis] = await Promise.all([client.getChainId(), client.getBlock({ blockNumber: 0n })]);
  return { chainId, genesisHash: genesis.hash, datanets: addresses.datanets.toLowerCase() };
}

/**
 * Keeps the identity of the chain that a database was first used with, and refuses any other.
 * A journal of one chain is never replayed on another.
 *
 * @throws UserError when the chain is not the one that the data directory belongs to.
 */
export function keepIdentity(database: Database, found: ChainIdentity, directory: string): void {
  database.exec(
    "CREATE TABLE IF NOT EXISTS chain_identity (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL)",
  );
  const row = database.prepare("SELECT json FROM chain_identity").get();
  if (row === undefined) {
    database.prepare("INSERT INTO chain_identity VALUES (1, ?)").run(JSON.stringify(found));
    return;
  }
  const kept = JSON.parse(String(row.json)) as ChainIdentity;
  const difference = describeDifference(kept, found);
  if (difference === undefined) return;
  throw new UserError({
    code: "other-chain",
    sentence: `RPC_URL leads to another chain than the one that ${directory} belongs to: ${difference}.`,
    next: "Set RPC_URL back to that chain, or start with an empty DATA_DIR.",
  });
}

function describeDifference(kept: ChainIdentity, found: ChainIdentity): string | undefined {
  if (kept.chainId !== found.chainId) return `its chain id is ${found.chainId}, not ${kept.chainId}`;
  if (kept.genesisHash !== found.genesisHash)
    return `its first block is ${found.genesisHash}, not ${kept.genesisHash}`;
  if (kept.datanets !== found.datanets)
    return `its Datanets contract is ${found.datanets}, not ${kept.datanets}`;
  return undefined;
}

/** Makes sure that the protocol is deployed where the addresses say. */
export async function requireContracts(client: PublicClient, addresses: Addresses): Promise<void> {
  for (const name of ["court", "datanets", "seats", "parameters", "vault", "training", "models"] as const) {
    const code = await client.getCode({ address: addresses[name] });
    if (code !== undefined && code !== "0x") continue;
    throw new UserError({
      code: "not-deployed",
      sentence: `There is no ${name} contract at ${addresses[name]}.`,
      next: "Deploy the protocol to this chain, or set RPC_URL or OPENLEDGER_ADDRESSES to where it is.",
    });
  }
}
