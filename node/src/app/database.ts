import { DatabaseSync } from "node:sqlite";

/** The daemon's own database: journal, cursors and whatever a role keeps. */
export type Database = DatabaseSync;

/** The file of a daemon's own database in its folder. */
export const NODE_DATABASE = "node.sqlite";

/** Opens a database that survives the death of the process and of the machine at any moment. */
export function openDatabase(path: string): Database {
  return open(path, "FULL");
}

/**
 * Opens a database that does not wait for the disk: the death of the process loses nothing, that of the machine the last
 * moments. It is for what can be found or given again.
 */
export function openFastDatabase(path: string): Database {
  return open(path, "NORMAL");
}

function open(path: string, synchronous: "FULL" | "NORMAL"): Database {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;`,
  );
  return database;
}

/** Runs synchronous statements as one: all of them are kept, or none. Inside another transaction they are part of that one. */
export function inTransaction<Result>(database: Database, statements: () => Result): Result {
  if (database.isTransaction) return statements();
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = statements();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
