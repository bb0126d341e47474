import { gradeAt } from "@openledger/sdk/grades";
import { AUDIO, IMAGE } from "@openledger/sdk/pools";
import type { Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Fingerprint } from "./assay.ts";
import { differingBits } from "./bits.ts";
import { bandKeys, likeness } from "./minhash.ts";
import { SAME_PICTURE_BITS } from "./pictures.ts";
import { isSameSound } from "./sounds.ts";

const SAME_TEXT_LIKENESS = 0.8;
/** A text most of whose passages stand in one earlier file is a copy of it, even when other text surrounds it there. */
const SAME_PASSAGES_SHARE = 0.7;

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

/**
 * The files of all Datanets that this validator has seen, and an index by which copies among them are found. Only files
 * whose bytes were seen count: nobody can reserve a digest without publishing what it is of.
 */
export class KnownFiles {
  readonly #database: Database;

  /** @param schema The attached database that holds the tables. */
  constructor(database: Database, schema = "main") {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${schema}.known_file (
        id INTEGER PRIMARY KEY, datanet INTEGER NOT NULL, pool INTEGER NOT NULL, root TEXT NOT NULL,
        item INTEGER NOT NULL, place INTEGER NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
        print BLOB, grade INTEGER, UNIQUE (root, item)
      ) STRICT;
      CREATE INDEX IF NOT EXISTS ${schema}.known_file_by_digest ON known_file (datanet, sha256);
      CREATE TABLE IF NOT EXISTS ${schema}.known_band (
        datanet INTEGER NOT NULL, key INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (datanet, key, file)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS ${schema}.known_passage (
        datanet INTEGER NOT NULL, hash INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (datanet, hash, file)
      ) STRICT, WITHOUT ROWID;`);
  }

  /** Remember a file; a second time changes nothing. */
  add(file: KnownFile, fingerprint: Fingerprint | undefined): void {
    inTransaction(this.#database, () => {
      const inserted = this.#database
        .prepare(
          "INSERT OR IGNORE INTO known_file (datanet, pool, root, item, place, sha256, name, print) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .run(
          file.datanet,
          file.pool,
          file.root,
          file.index,
          placeOf(file),
          file.sha256,
          file.name,
          fingerprint?.print ?? null,
        );
      if (inserted.changes === 0 || fingerprint === undefined) return;
      const id = inserted.lastInsertRowid;
      if (file.pool !== IMAGE && file.pool !== AUDIO) {
        const band = this.#database.prepare("INSERT OR IGNORE INTO known_band VALUES (?, ?, ?)");
        for (const key of bandKeys(signatureOf(fingerprint.print))) band.run(file.datanet, key, id);
        const passage = this.#database.prepare("INSERT OR IGNORE INTO known_passage VALUES (?, ?, ?)");
        for (const hash of fingerprint.passages) passage.run(file.datanet, hash, id);
      }
    });
  }

  /** Note the final grades of a submission: what was rejected no longer stands in anybody's way. */
  setGrades(root: Hex, grades: bigint): void {
    for (const row of this.#database.prepare("SELECT item FROM known_file WHERE root = ?").all(root)) {
      const item = Number(row.item);
      this.#database
        .prepare("UPDATE known_file SET grade = ? WHERE root = ? AND item = ?")
        .run(gradeAt(grades, item), root, item);
    }
  }

  /** The earlier file of the same Datanet that `file` repeats, the most alike first; undefined when it is new. */
  findDuplicate(file: KnownFile, fingerprint: Fingerprint | undefined): Duplicate | undefined {
    const exact = this.#database
      .prepare(`SELECT * FROM known_file WHERE ${EARLIER} AND sha256 = ? ORDER BY place LIMIT 1`)
      .get(file.datanet, placeOf(file), file.sha256);
    if (exact !== undefined) return { ...duplicateOf(exact), exact: true, percent: 100 };
    if (fingerprint === undefined) return undefined;
    if (file.pool === IMAGE) return this.#findPicture(file, fingerprint.print);
    if (file.pool === AUDIO) return this.#findSound(file, fingerprint.print);
    return this.#findText(file, fingerprint) ?? this.#findPassages(file, fingerprint.passages);
  }

  #earlier(file: KnownFile): Record<string, unknown>[] {
    return this.#database
      .prepare(`SELECT * FROM known_file WHERE ${EARLIER} AND print IS NOT NULL ORDER BY place`)
      .all(file.datanet, placeOf(file));
  }

  #findPicture(file: KnownFile, print: Buffer): Duplicate | undefined {
    for (const row of this.#earlier(file)) {
      const bits = differingBits(row.print as Uint8Array, print);
      if (bits <= SAME_PICTURE_BITS) {
        return {
          ...duplicateOf(row),
          exact: false,
          percent: Math.round(100 - (100 * bits) / (8 * print.length)),
        };
      }
    }
    return undefined;
  }

  #findSound(file: KnownFile, print: Buffer): Duplicate | undefined {
    const row = this.#earlier(file).find((one) => isSameSound(Buffer.from(one.print as Uint8Array), print));
    return row === undefined ? undefined : { ...duplicateOf(row), exact: false, percent: 97 };
  }

  #findText(file: KnownFile, { print }: Fingerprint): Duplicate | undefined {
    const signature = signatureOf(print);
    let best: Duplicate | undefined;
    const keys = bandKeys(signature);
    const rows = this.#database
      .prepare(
        `SELECT * FROM known_file WHERE ${EARLIER} AND id IN
         (SELECT file FROM known_band WHERE datanet = ? AND key IN (SELECT value FROM json_each(?))) ORDER BY place`,
      )
      .all(file.datanet, placeOf(file), file.datanet, JSON.stringify(keys));
    for (const row of rows) {
      const alike = likeness(signature, signatureOf(row.print as Uint8Array));
      const percent = Math.round(100 * alike);
      if (alike >= SAME_TEXT_LIKENESS && percent > (best?.percent ?? 0)) {
        best = { ...duplicateOf(row), exact: false, percent };
      }
    }
    return best;
  }

  #findPassages(file: KnownFile, passages: number[]): Duplicate | undefined {
    if (passages.length === 0) return undefined;
    const row = this.#database
      .prepare(
        `SELECT known_file.*, count(*) AS shared FROM known_passage JOIN known_file ON known_file.id = known_passage.file
         WHERE known_file.datanet = ? AND place < ? AND coalesce(grade, 1) > 0
         AND known_passage.datanet = known_file.datanet AND hash IN (SELECT value FROM json_each(?))
         GROUP BY known_file.id ORDER BY shared DESC, place LIMIT 1`,
      )
      .get(file.datanet, placeOf(file), JSON.stringify(passages));
    if (row === undefined) return undefined;
    const share = Number(row.shared) / passages.length;
    if (share < SAME_PASSAGES_SHARE) return undefined;
    return { ...duplicateOf(row), exact: false, percent: Math.round(100 * share) };
  }
}

/** Earlier in the same Datanet and not rejected by the court. */
const EARLIER = "datanet = ? AND place < ? AND coalesce(grade, 1) > 0";

/** One number by which files are ordered: block, place of the event in it, place of the file in the submission. */
function placeOf(file: KnownFile): number {
  return (file.block * 10_000 + file.logIndex) * 32 + file.index;
}

function signatureOf(print: Uint8Array): Uint32Array {
  // Copied, since a buffer from the database need not begin at a multiple of four bytes.
  const bytes = Uint8Array.from(print);
  return new Uint32Array(bytes.buffer);
}

function duplicateOf(row: Record<string, unknown>): { root: Hex; index: number; name: string } {
  return { root: String(row.root) as Hex, index: Number(row.item), name: String(row.name) };
}
