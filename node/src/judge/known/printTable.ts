import type { StatementSync } from "node:sqlite";
import type { Database } from "../../app/database.ts";

/** What a `PrintTable` holds. */
interface Layout {
  schema: string;
  /** The table of prints. */
  prints: string;
  /** The table of keys. */
  keys: string;
  /** Its columns besides `file`: the key, and where in the file it stands. */
  columns: readonly [key: string, ...place: string[]];
  /** The keys of a print, each with its place. */
  keysOf(print: Uint8Array): Iterable<readonly [key: number, ...place: number[]]>;
}

/**
 * Places of one key that are looked at, those in the earliest files first. What more recordings or pictures share than
 * this tells little of any two of them, and the time for a file must not grow with how common its parts are.
 */
const PLACES_A_KEY = 64;

/** Places of one key that one file may take of them: a steady tone would take all. */
const PLACES_A_FILE = 4;

/** Prints of files, and the keys in them, by which the files that have a key are found without a scan. */
export class PrintTable {
  readonly #keysOf: Layout["keysOf"];
  readonly #insertPrint: StatementSync;
  readonly #insertKey: StatementSync;
  readonly #deletePrint: StatementSync;
  readonly #deleteKey: StatementSync;
  readonly #selectPrint: StatementSync;
  readonly #selectKeys: StatementSync;

  constructor(database: Database, { schema, prints, keys, columns, keysOf }: Layout) {
    const [key, ...place] = columns;
    const stored = [key, "file", ...place];
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${schema}.${prints} (id INTEGER PRIMARY KEY, print BLOB NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS ${schema}.${keys} (
        ${stored.map((column) => `${column} INTEGER NOT NULL`).join(", ")}, PRIMARY KEY (${stored.join(", ")})
      ) STRICT, WITHOUT ROWID;`);
    const prepare = (sql: string): StatementSync =>
      database.prepare(sql.replace("PRINTS", `${schema}.${prints}`).replace("KEYS", `${schema}.${keys}`));
    this.#keysOf = keysOf;
    this.#insertPrint = prepare("INSERT INTO PRINTS VALUES (?, ?)");
    this.#insertKey = prepare(`INSERT OR IGNORE INTO KEYS VALUES (${stored.map(() => "?").join(", ")})`);
    this.#deletePrint = prepare("DELETE FROM PRINTS WHERE id = ? RETURNING print");
    this.#deleteKey = prepare(`DELETE FROM KEYS WHERE ${key} = ? AND file = ?`);
    this.#selectPrint = prepare("SELECT print FROM PRINTS WHERE id = ?");
    this.#selectKeys = prepare(
      `SELECT ${stored.slice(1).join(", ")} FROM KEYS WHERE ${key} = ? LIMIT ${PLACES_A_KEY}`,
    );
    this.#selectKeys.setReturnArrays(true);
  }

  add(id: number, print: Uint8Array): void {
    this.#insertPrint.run(id, print);
    const places = new Map<number, number>();
    for (const [key, ...place] of this.#keysOf(print)) {
      const before = places.get(key) ?? 0;
      places.set(key, before + 1);
      if (before < PLACES_A_FILE) this.#insertKey.run(key, id, ...place);
    }
  }

  remove(id: number): void {
    const print = this.#deletePrint.get(id)?.print as Uint8Array | undefined;
    if (print === undefined) return;
    for (const [key] of this.#keysOf(print)) this.#deleteKey.run(key, id);
  }

  /** The print of a file that is in the table. */
  print(id: number): Uint8Array {
    return this.#selectPrint.get(id)?.print as Uint8Array;
  }

  /** The files that have a key, each with the key's place in it; of a common key the first ones. */
  withKey(key: number): [file: number, ...place: number[]][] {
    // With `setReturnArrays`, rows are arrays, which the type declarations do not know.
    return this.#selectKeys.all(key) as unknown as [number, ...number[]][];
  }
}
