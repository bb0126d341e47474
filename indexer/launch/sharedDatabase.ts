import pg from "pg";
import type { Hash } from "viem";

/** Where Ponder keeps what it read from chains, for all indexes of a database, by chain id and block number. */
const STORE = "ponder_sync";

/** The hash of a block of the chain that answers now; undefined when there is none. */
export type HashAt = (block: bigint) => Promise<Hash | undefined>;

/**
 * Forget what a PostgreSQL database remembers of another chain with this chain's id: one that was wiped and began
 * again, or that lost its end. Ponder would mix the two. The embedded database needs no such care, since each chain
 * has a folder of its own.
 *
 * @returns Whether there was something to forget.
 */
export async function forgetOtherChain(
  databaseUrl: string,
  chainId: number,
  hashAt: HashAt,
): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "openledger_indexer" });
  await client.connect();
  try {
    if (!(await remembersOtherChain(client, chainId, hashAt))) return false;
    const { rows } = await client.query<{ table_name: string }>(
      "select table_name from information_schema.columns where table_schema = $1 and column_name = 'chain_id'",
      [STORE],
    );
    await client.query("begin");
    for (const { table_name } of rows) {
      await client.query(`delete from ${STORE}.${client.escapeIdentifier(table_name)} where chain_id = $1`, [
        chainId,
      ]);
    }
    await client.query("commit");
    return true;
  } finally {
    await client.end();
  }
}

/** Blocks of one chain hang together: the first and the last tell for all between them. */
async function remembersOtherChain(client: pg.Client, chainId: number, hashAt: HashAt): Promise<boolean> {
  const { rows: found } = await client.query("select to_regclass($1) is not null as exists", [
    `${STORE}.blocks`,
  ]);
  if (!found[0]?.exists) return false;
  const { rows } = await client.query<{ number: string; hash: Hash }>(
    `(select number, hash from ${STORE}.blocks where chain_id = $1 order by number limit 1)
     union all (select number, hash from ${STORE}.blocks where chain_id = $1 order by number desc limit 1)`,
    [chainId],
  );
  for (const { number, hash } of rows) {
    if ((await hashAt(BigInt(number))) !== hash) return true;
  }
  return false;
}
