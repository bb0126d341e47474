import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";

/** Where an empty database is kept, outside any index: copying it is many times quicker than making one. */
function emptyDatabase(): string {
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const name = `empty-database-${dependencies["@electric-sql/pglite"]}`;
  return fileURLToPath(new URL(`../../.cache/indexer/${name}`, import.meta.url));
}

/** The folder of one index's embedded database. */
export function databaseFolder(dataDirectory: string, schemaName: string): string {
  return join(dataDirectory, schemaName);
}

/** Remove the indexes of chains and builds that are gone; each can be made again from its chain. */
export function removeOtherIndexes(dataDirectory: string, schemaName: string): void {
  for (const name of readdirSync(dataDirectory)) {
    if (/^index_[0-9a-f]{20}/.test(name) && name !== schemaName) {
      rmSync(join(dataDirectory, name), { recursive: true, force: true });
    }
  }
}

/** Make the folder of a new index; one that exists is left as it is. */
export async function createDatabase(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const empty = emptyDatabase();
  if (!existsSync(empty)) await createEmptyDatabase(empty);
  // A folder under its final name is whole, whatever happens meanwhile.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(empty, unfinished, { recursive: true });
  renameSync(unfinished, folder);
}

async function createEmptyDatabase(empty: string): Promise<void> {
  const unfinished = `${empty}.${process.pid}`;
  mkdirSync(dirname(empty), { recursive: true });
  const database = await PGlite.create(unfinished);
  await database.close();
  try {
    renameSync(unfinished, empty);
  } catch {
    // Another indexer was quicker.
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Release the lock that a killed indexer left in its database. Ponder would wait 25 seconds for its owner to come back;
 * nobody else can be using it, since this process holds the folder.
 */
export async function releaseLock(folder: string, schemaName: string): Promise<void> {
  if (!existsSync(folder)) return;
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
