import type { StatementSync } from "node:sqlite";
import { gradeAt } from "@openledger/sdk/grades";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import type { Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Fingerprint } from "./assay.ts";
import { KnownPictures } from "./known/pictures.ts";
import type { PrintIndex } from "./known/printIndex.ts";
import { KnownSounds } from "./known/sounds.ts";
import { KnownTexts } from "./known/texts.ts";

/** A file whose bytes were verified and that was found good by itself. */
export interface KnownFile {
  datanet: number;
  pool: number;
  root: Hex;
  index: number;
  /** Where its submission stands in the chain: the order in which files were submitted. */
  block: number;
  logIndex: number;
  sha256: Hex;
  name: string;
}

/** An earlier file that a file repeats. */
export interface Duplicate {
  exact: boolean;
  root: Hex;
  index: number;
  name: string;
  /** Percentage of likeness. */
  percent: number;
}

/** The inner pages of the index of a million files stay in memory. */
const CACHE_KIB = 65_536;

/**
 * The files of all Datanets that this validator has seen, and an index by which copies among them are found. It covers a
 * whole pool, as the contract's proof of a duplicate does. Only files whose bytes were seen count: nobody can reserve a
 * digest without publishing what it is of.
 */
export class KnownFiles {
  readonly #database: Database;
  readonly #table: string;
  readonly #indexes: ReadonlyMap<number, PrintIndex>;
  readonly #insert: StatementSync;
  readonly #selectExact: StatementSync;
  readonly #selectEarlier: StatementSync;

  /**
   * @param schema The attached database that holds the tables.
   * @param cacheKib How much of the index may stay in this process's memory.
   */
  constructor(database: Database, schema = "main", cacheKib = CACHE_KIB) {
    this.#database = database;
    this.#table = `${schema}.known_file`;
    database.exec(`
      PRAGMA ${schema}.cache_size = -${cacheKib};
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        id INTEGER PRIMARY KEY, pool INTEGER NOT NULL, root TEXT NOT NULL, item INTEGER NOT NULL,
        place INTEGER NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
        grade INTEGER, UNIQUE (root, item)
      ) STRICT;
      CREATE INDEX IF NOT EXISTS ${schema}.known_file_by_digest ON known_file (pool, sha256);`);
    this.#indexes = new Map<number, PrintIndex>([
      [TEXT, new KnownTexts(database, schema)],
      [IMAGE, new KnownPictures(database, schema)],
      [AUDIO, new KnownSounds(database, schema)],
    ]);
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO ${this.#table} (pool, root, item, place, sha256, name) VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#selectExact = database.prepare(
      `SELECT * FROM ${this.#table}
       WHERE pool = ? AND sha256 = ? AND place < ? AND coalesce(grade, 1) > 0 ORDER BY place LIMIT 1`,
    );
    this.#selectEarlier = database.prepare(
      `SELECT * FROM ${this.#table} WHERE id = ? AND place < ? AND coalesce(grade, 1) > 0`,
    );
  }

  /** Remember a file; a second time changes nothing. */
  add(file: KnownFile, fingerprint: Fingerprint | undefined): void {
    const { pool, root, index, sha256, name } = file;
    inTransaction(this.#database, () => {
      const inserted = this.#insert.run(pool, root, index, placeOf(file), sha256, name);
      if (inserted.changes === 0 || fingerprint === undefined) return;
      this.#indexes.get(pool)?.add(Number(inserted.lastInsertRowid), fingerprint);
    });
  }

  /** Forget a file that the court has not graded: it turned out to repeat an earlier one. */
  withdraw(root: Hex, index: number): void {
    inTransaction(this.#database, () => {
      const row = this.#database
        .prepare(
          `DELETE FROM ${this.#table} WHERE root = ? AND item = ? AND grade IS NULL RETURNING id, pool`,
        )
        .get(root, index);
      if (row !== undefined) this.#indexes.get(Number(row.pool))?.remove(Number(row.id));
    });
  }

  /** Note the final grades of a submission, for ever: what was rejected no longer stands in anybody's way. */
  setGrades(root: Hex, grades: bigint): void {
    inTransaction(this.#database, () => {
      const set = this.#database.prepare(`UPDATE ${this.#table} SET grade = ? WHERE id = ?`);
      for (const row of this.#database.prepare(`SELECT * FROM ${this.#table} WHERE root = ?`).all(root)) {
        const grade = gradeAt(grades, Number(row.item));
        set.run(grade, Number(row.id));
        if (grade === 0) this.#indexes.get(Number(row.pool))?.remove(Number(row.id));
      }
    });
  }

  /** The earlier file of the same pool that `file` repeats, the most alike first; undefined when it is new. */
  findDuplicate(file: KnownFile, fingerprint: Fingerprint | undefined): Duplicate | undefined {
    const exact = this.#selectExact.get(file.pool, file.sha256, placeOf(file));
    if (exact !== undefined) return { ...duplicateOf(exact), exact: true, percent: 100 };
    if (fingerprint === undefined) return undefined;
    return this.#findNear(file, fingerprint);
  }

  #findNear(file: KnownFile, fingerprint: Fingerprint): Duplicate | undefined {
    let best: { row: Record<string, unknown>; percent: number } | undefined;
    for (const { id, percent } of this.#indexes.get(file.pool)?.find(fingerprint) ?? []) {
      if (best !== undefined && percent < best.percent) continue;
      const row = this.#selectEarlier.get(id, placeOf(file));
      if (row === undefined) continue;
      const isBetter =
        best === undefined || percent > best.percent || Number(row.place) < Number(best.row.place);
      if (isBetter) best = { row, percent };
    }
    return best === undefined ? undefined : { ...duplicateOf(best.row), exact: false, percent: best.percent };
  }
}

/** One number by which files are ordered: block, place of the event in it, place of the file in the submission. */
function placeOf(file: KnownFile): number {
  return (file.block * 10_000 + file.logIndex) * 32 + file.index;
}

function duplicateOf(row: Record<string, unknown>): { root: Hex; index: number; name: string } {
  return { root: String(row.root) as Hex, index: Number(row.item), name: String(row.name) };
}
