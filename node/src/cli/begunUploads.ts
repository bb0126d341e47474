import type { PreviousUpload, UrlStorage } from "tus-js-client";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";

/** For so long a gateway keeps what was begun. */
const KEPT_MS = 86_400_000;

/** Where uploads that were begun go on: on disk, so that a command that was killed sends no byte twice. */
export class BegunUploads implements UrlStorage {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS begun_upload (
      key INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, upload TEXT NOT NULL, begun_at INTEGER NOT NULL) STRICT`);
    database.prepare("DELETE FROM begun_upload WHERE begun_at < ?").run(Date.now() - KEPT_MS);
  }

  async findAllUploads(): Promise<PreviousUpload[]> {
    return this.#database.prepare("SELECT key, upload FROM begun_upload ORDER BY key").all().map(readUpload);
  }

  async findUploadsByFingerprint(fingerprint: string): Promise<PreviousUpload[]> {
    return this.#database
      .prepare("SELECT key, upload FROM begun_upload WHERE fingerprint = ? ORDER BY key")
      .all(fingerprint)
      .map(readUpload);
  }

  async addUpload(fingerprint: string, upload: PreviousUpload): Promise<string> {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO begun_upload (fingerprint, upload, begun_at) VALUES (?, ?, ?)")
      .run(fingerprint, JSON.stringify(upload), Date.now());
    return String(lastInsertRowid);
  }

  async removeUpload(urlStorageKey: string): Promise<void> {
    this.#database.prepare("DELETE FROM begun_upload WHERE key = ?").run(urlStorageKey);
  }

  /** Forgets uploads whose files were submitted. */
  forget(digests: readonly Hex[]): void {
    const remove = this.#database.prepare(
      "DELETE FROM begun_upload WHERE upload ->> '$.metadata.sha256' = ?",
    );
    for (const digest of digests) remove.run(digest);
  }
}

function readUpload({ key, upload }: Record<string, unknown>): PreviousUpload {
  return { ...(JSON.parse(String(upload)) as PreviousUpload), urlStorageKey: String(key) };
}
