import { createHash } from "node:crypto";
import type { OwnFile, PreparedSubmission } from "@openledger/sdk/submission";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";

/** What a contributor signed. */
export interface SignedContribution {
  prepared: PreparedSubmission;
  signature: Hex;
  /** That they are on the Datanet's list; empty where everybody may contribute. */
  listProof: readonly Hex[];
}

/** Submissions that were signed and not told of yet, by what they consist of: a killed command goes on with them. */
export class SavedContributions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(
      "CREATE TABLE IF NOT EXISTS contribution (key TEXT PRIMARY KEY, signed TEXT NOT NULL) STRICT",
    );
  }

  /** What names a contribution: its Datanet and its files. */
  keyOf(datanet: number, files: readonly OwnFile[]): string {
    const text = JSON.stringify([datanet, files.map(({ name, sha256 }) => [name, sha256])]);
    return createHash("sha256").update(text).digest("hex");
  }

  find(key: string): SignedContribution | undefined {
    const row = this.#database.prepare("SELECT signed FROM contribution WHERE key = ?").get(key);
    return row === undefined ? undefined : { listProof: [], ...JSON.parse(String(row.signed)) };
  }

  save(key: string, signed: SignedContribution): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO contribution VALUES (?, ?)")
      .run(key, JSON.stringify(signed));
  }

  remove(key: string): void {
    this.#database.prepare("DELETE FROM contribution WHERE key = ?").run(key);
  }
}
