import type { Database } from "../app/database.ts";

/** What is known of published content. */
export interface Published {
  cid: string;
  mediaType: string;
  sizeBytes: number;
}

/** Which content is public. Whatever is not listed here is not served, even when the store holds it. */
export class PublishedStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(
      "CREATE TABLE IF NOT EXISTS published (cid TEXT PRIMARY KEY, media_type TEXT NOT NULL, size_bytes INTEGER NOT NULL)",
    );
  }

  add({ cid, mediaType, sizeBytes }: Published): void {
    this.#database.prepare("INSERT OR IGNORE INTO published VALUES (?, ?, ?)").run(cid, mediaType, sizeBytes);
  }

  find(cid: string): Published | undefined {
    const row = this.#database.prepare("SELECT * FROM published WHERE cid = ?").get(cid);
    if (row === undefined) return undefined;
    return { cid, mediaType: String(row.media_type), sizeBytes: Number(row.size_bytes) };
  }
}
