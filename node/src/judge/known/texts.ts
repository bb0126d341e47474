import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import { bandKeys, likeness } from "../minhash.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";

const SAME_TEXT_LIKENESS = 0.8;
/** A text most of whose passages stand in one earlier file is a copy of it, even when other text surrounds it there. */
const SAME_PASSAGES_SHARE = 0.7;

/** The signatures and passages of texts. */
export class KnownTexts implements PrintIndex {
  readonly #database: Database;
  readonly #schema: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${schema}.known_text (
        id INTEGER PRIMARY KEY, print BLOB NOT NULL, passages TEXT NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS ${schema}.known_band (
        key INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (key, file)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS ${schema}.known_passage (
        hash INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (hash, file)
      ) STRICT, WITHOUT ROWID;`);
  }

  add(id: number, { print, passages }: Fingerprint): void {
    this.#database
      .prepare(`INSERT INTO ${this.#schema}.known_text VALUES (?, ?, ?)`)
      .run(id, print, JSON.stringify(passages));
    const band = this.#database.prepare(`INSERT OR IGNORE INTO ${this.#schema}.known_band VALUES (?, ?)`);
    for (const key of bandKeys(signatureOf(print))) band.run(key, id);
    const passage = this.#database.prepare(
      `INSERT OR IGNORE INTO ${this.#schema}.known_passage VALUES (?, ?)`,
    );
    for (const hash of passages) passage.run(hash, id);
  }

  remove(id: number): void {
    const row = this.#database
      .prepare(`DELETE FROM ${this.#schema}.known_text WHERE id = ? RETURNING *`)
      .get(id);
    if (row === undefined) return;
    const band = this.#database.prepare(`DELETE FROM ${this.#schema}.known_band WHERE key = ? AND file = ?`);
    for (const key of bandKeys(signatureOf(row.print as Uint8Array))) band.run(key, id);
    const passage = this.#database.prepare(
      `DELETE FROM ${this.#schema}.known_passage WHERE hash = ? AND file = ?`,
    );
    for (const hash of JSON.parse(String(row.passages))) passage.run(hash, id);
  }

  find(fingerprint: Fingerprint): Candidate[] {
    return [...this.#findLikeness(fingerprint), ...this.#findPassages(fingerprint.passages)];
  }

  #findLikeness({ print }: Fingerprint): Candidate[] {
    const signature = signatureOf(print);
    return this.#database
      .prepare(
        `SELECT * FROM ${this.#schema}.known_text WHERE id IN
         (SELECT file FROM ${this.#schema}.known_band WHERE key IN (SELECT value FROM json_each(?)))`,
      )
      .all(JSON.stringify(bandKeys(signature)))
      .map((row) => ({
        id: Number(row.id),
        alike: likeness(signature, signatureOf(row.print as Uint8Array)),
      }))
      .filter(({ alike }) => alike >= SAME_TEXT_LIKENESS)
      .map(({ id, alike }) => ({ id, percent: Math.round(100 * alike) }));
  }

  #findPassages(passages: number[]): Candidate[] {
    if (passages.length === 0) return [];
    return this.#database
      .prepare(
        `SELECT file, count(*) AS shared FROM ${this.#schema}.known_passage
         WHERE hash IN (SELECT value FROM json_each(?)) GROUP BY file`,
      )
      .all(JSON.stringify(passages))
      .map((row) => ({ id: Number(row.file), share: Number(row.shared) / passages.length }))
      .filter(({ share }) => share >= SAME_PASSAGES_SHARE)
      .map(({ id, share }) => ({ id, percent: Math.round(100 * share) }));
  }
}

function signatureOf(print: Uint8Array): Uint32Array {
  // Copied, since a buffer from the database need not begin at a multiple of four bytes.
  const bytes = Uint8Array.from(print);
  return new Uint32Array(bytes.buffer);
}
