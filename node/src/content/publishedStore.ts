import { type Database, inTransaction } from "../app/database.ts";

/** What is known of published content. */
export interface Published {
  cid: string;
  mediaType: string;
  sizeBytes: number;
}

/** Content that becomes public, with the CIDs of its blocks when it has more than one. */
export interface Addition {
  content: Published;
  blocks: readonly string[];
}

/** Which content is public. Whatever is not listed here is not served, even when the store holds it. */
export class PublishedStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS published (cid TEXT PRIMARY KEY, media_type TEXT NOT NULL, size_bytes INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS published_block (block TEXT NOT NULL, cid TEXT NOT NULL, PRIMARY KEY (block, cid));
      CREATE INDEX IF NOT EXISTS published_block_of ON published_block (cid);`);
  }

  /** @param blocks The CIDs of the blocks of a file that has more than one. */
  add(content: Published, blocks: readonly string[] = []): void {
    this.addAll([{ content, blocks }]);
  }

  /** Adds all of it or none, with one wait for the disk. */
  addAll(additions: readonly Addition[]): void {
    inTransaction(this.#database, () => {
      const file = this.#database.prepare("INSERT OR IGNORE INTO published VALUES (?, ?, ?)");
      const part = this.#database.prepare("INSERT OR IGNORE INTO published_block VALUES (?, ?)");
      for (const { content, blocks } of additions) {
        const { cid, mediaType, sizeBytes } = content;
        file.run(cid, mediaType, sizeBytes);
        for (const block of blocks) if (block !== cid) part.run(block, cid);
      }
    });
  }

  find(cid: string): Published | undefined {
    const row = this.#database.prepare("SELECT * FROM published WHERE cid = ?").get(cid);
    if (row === undefined) return undefined;
    return { cid, mediaType: String(row.media_type), sizeBytes: Number(row.size_bytes) };
  }

  /** Whether a CID names published content or a block of it. */
  hasBlock(cid: string): boolean {
    const statement = this.#database.prepare("SELECT 1 FROM published_block WHERE block = ? LIMIT 1");
    return this.find(cid) !== undefined || statement.get(cid) !== undefined;
  }

  /** All published content after a CID, in the order of the CIDs. */
  after(cid: string, limit: number): Published[] {
    return this.#database
      .prepare("SELECT * FROM published WHERE cid > ? ORDER BY cid LIMIT ?")
      .all(cid, limit)
      .map((row) => ({
        cid: String(row.cid),
        mediaType: String(row.media_type),
        sizeBytes: Number(row.size_bytes),
      }));
  }

  /** Takes content back. @returns the blocks that no other published content has. */
  remove(cid: string): string[] {
    return inTransaction(this.#database, () => {
      const blocks = this.#database.prepare("SELECT block FROM published_block WHERE cid = ?").all(cid);
      this.#database.prepare("DELETE FROM published_block WHERE cid = ?").run(cid);
      this.#database.prepare("DELETE FROM published WHERE cid = ?").run(cid);
      return [cid, ...blocks.map(({ block }) => String(block))].filter((block) => !this.hasBlock(block));
    });
  }
}
