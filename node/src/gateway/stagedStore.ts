import type { ReasonKey } from "@openledger/sdk/reasons";
import type { Address, Hex } from "viem";
import type { Database } from "../app/database.ts";

/** What an uploaded file was found to be, under its name and for a pool. */
export interface Inspected {
  mediaType: string;
  sizeBytes: number;
  sha256: Hex;
  cid: string;
  reason?: ReasonKey;
  detail?: string;
}

/** Results of inspections, so that a file is decoded once however often it is asked about. */
export class StagedStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS inspected (
      contributor TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, pool INTEGER NOT NULL, json TEXT NOT NULL,
      PRIMARY KEY (contributor, sha256, name, pool))`);
  }

  save(contributor: Address, name: string, pool: number, inspected: Inspected): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO inspected VALUES (?, ?, ?, ?, ?)")
      .run(contributor, inspected.sha256, name, pool, JSON.stringify(inspected));
  }

  find(contributor: Address, name: string, pool: number, sha256: Hex): Inspected | undefined {
    const row = this.#database
      .prepare("SELECT json FROM inspected WHERE contributor = ? AND sha256 = ? AND name = ? AND pool = ?")
      .get(contributor, sha256, name, pool);
    return row === undefined ? undefined : JSON.parse(String(row.json));
  }

  /** Forgets what was found about a file that is gone. */
  forget(contributor: Address, sha256: Hex): void {
    this.#database
      .prepare("DELETE FROM inspected WHERE contributor = ? COLLATE NOCASE AND sha256 = ?")
      .run(contributor, sha256);
  }
}
