import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import { isSameSound } from "../sounds.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";

/** The prints of sounds. */
export class KnownSounds implements PrintIndex {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `${schema}.known_sound`;
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (id INTEGER PRIMARY KEY, print BLOB NOT NULL) STRICT;`,
    );
  }

  add(id: number, { print }: Fingerprint): void {
    this.#database.prepare(`INSERT INTO ${this.#table} VALUES (?, ?)`).run(id, print);
  }

  remove(id: number): void {
    this.#database.prepare(`DELETE FROM ${this.#table} WHERE id = ?`).run(id);
  }

  find({ print }: Fingerprint): Candidate[] {
    return this.#database
      .prepare(`SELECT * FROM ${this.#table}`)
      .all()
      .filter((row) => isSameSound(Buffer.from(row.print as Uint8Array), print))
      .map((row) => ({ id: Number(row.id), percent: 97 }));
  }
}
