import type { Context } from "ponder:registry";
import { contributorKey as keys } from "ponder:schema";
import { and, eq } from "ponder";
import type { Address } from "viem";

/** The contributor behind a key: under which address the score stands, and which key is paid now. */
export async function contributorOf(
  context: Context,
  key: Address,
): Promise<{ identity: Address; payee: Address }> {
  const row = await context.db.find(keys, { key });
  if (row === null) return { identity: key, payee: key };
  if (!row.retired) return { identity: row.identity, payee: key };
  const [current] = await context.db.sql
    .select({ key: keys.key })
    .from(keys)
    .where(and(eq(keys.identity, row.identity), eq(keys.retired, false)))
    .limit(1);
  return { identity: row.identity, payee: current?.key ?? key };
}
