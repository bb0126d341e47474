import { createHash } from "node:crypto";
import { canonicalJson } from "@openledger/sdk/canonicalJson";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Database } from "../app/database.ts";

/** A job that is being posted: with another deadline or a later version it would be another job. */
export interface PostingJob {
  spec: JobSpec;
  deadline: number;
}

/** Jobs that were about to be posted, by what was asked for: a killed command goes on with the same. */
export class SavedJobs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec("CREATE TABLE IF NOT EXISTS posting_job (key TEXT PRIMARY KEY, job TEXT NOT NULL) STRICT");
  }

  keyOf(request: unknown): string {
    return createHash("sha256")
      .update(canonicalJson(JSON.parse(JSON.stringify(request))))
      .digest("hex");
  }

  find(key: string): PostingJob | undefined {
    const row = this.#database.prepare("SELECT job FROM posting_job WHERE key = ?").get(key);
    return row === undefined ? undefined : JSON.parse(String(row.job));
  }

  save(key: string, job: PostingJob): void {
    this.#database.prepare("INSERT OR REPLACE INTO posting_job VALUES (?, ?)").run(key, JSON.stringify(job));
  }
}
