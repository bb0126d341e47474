import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** The folder of one index's embedded database. */
export function databaseFolder(dataDirectory: string, schemaName: string): string {
  return join(dataDirectory, schemaName);
}

/** Remove the indexes of chains and builds that are gone; each can be made again from its chain. */
export function removeOtherIndexes(dataDirectory: string, schemaName: string): void {
  for (const name of readdirSync(dataDirectory)) {
    if (/^index_[0-9a-f]{20}$/.test(name) && name !== schemaName) {
      rmSync(join(dataDirectory, name), { recursive: true, force: true });
    }
  }
}

/**
 * Release the lock that a killed indexer left in its database. Ponder would wait 25 seconds for its owner to come back;
 * nobody else can be using it, since this process holds the folder.
 */
export async function releaseLock(folder: string, schemaName: string): Promise<void> {
  if (!existsSync(join(folder, "PG_VERSION"))) {
    // Its first start was cut short: there is nothing in it, and it cannot be opened.
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  const database = await PGlite.create(folder);
  try {
    const { rows } = await database.query(
      "select 1 from pg_tables where schemaname = $1 and tablename = $2",
      [schemaName, "_ponder_meta"],
    );
    if (rows.length === 0) return;
    await database.exec(
      `update "${schemaName}"._ponder_meta set value = jsonb_set(value, '{is_locked}', to_jsonb(0))`,
    );
  } finally {
    await database.close();
  }
}
