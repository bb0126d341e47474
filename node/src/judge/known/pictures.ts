import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import { differingBits } from "../bits.ts";
import { SAME_PICTURE_BITS } from "../pictures.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";

/** The hashes of pictures. */
export class KnownPictures implements PrintIndex {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `${schema}.known_picture`;
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
    const found: Candidate[] = [];
    for (const row of this.#database.prepare(`SELECT * FROM ${this.#table}`).all()) {
      const bits = differingBits(row.print as Uint8Array, print);
      if (bits > SAME_PICTURE_BITS) continue;
      found.push({ id: Number(row.id), percent: Math.round(100 - (100 * bits) / (8 * print.length)) });
    }
    return found;
  }
}
