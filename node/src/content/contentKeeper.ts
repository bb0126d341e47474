import { gradeAt } from "@openledger/sdk/grades";
import type { ManifestFile } from "@openledger/sdk/manifest";
import type { Logger } from "pino";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import type { Published, PublishedStore } from "./publishedStore.ts";

/** The place of a manifest among the items of its submission. */
const MANIFEST = -1;

/** What keeping content takes. */
export interface ContentKeeperParts {
  database: Database;
  store: ContentStore;
  published: PublishedStore;
  /** How much is kept at most. */
  maximumBytes: number;
  log: Logger;
}

/**
 * Keeps what this node judged, for everybody who asks, within a bound: when it is reached, what was rejected goes first,
 * the oldest before the others, then what was accepted. What the court has not decided yet stays.
 */
export class ContentKeeper {
  readonly #parts: ContentKeeperParts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ContentKeeperParts) {
    this.#parts = parts;
    parts.database.exec(`
      CREATE TABLE IF NOT EXISTS kept (
        root TEXT NOT NULL, item INTEGER NOT NULL, cid TEXT NOT NULL, size_bytes INTEGER NOT NULL, grade INTEGER,
        PRIMARY KEY (root, item)) STRICT;
      CREATE INDEX IF NOT EXISTS kept_cid ON kept (cid);`);
  }

  /** Keeps a manifest whose bytes are those of the chain's digest. */
  keepManifest(root: Hex, cid: string, bytes: Uint8Array): Promise<void> {
    const content = { cid, mediaType: "application/json", sizeBytes: bytes.length };
    return this.#keep(root, MANIFEST, content, () => this.#parts.store.putBytes(bytes));
  }

  /** Keeps a file of a submission from a copy on disk, whose bytes are those of its CID. */
  keepFile(root: Hex, index: number, file: ManifestFile, path: string): Promise<void> {
    return this.#keep(root, index, file, () => this.#parts.store.putFile(path));
  }

  /** Whether a file of a submission was kept, and was not given up since. */
  isKept(root: Hex, index: number): boolean {
    return (
      this.#parts.database.prepare("SELECT 1 FROM kept WHERE root = ? AND item = ?").get(root, index) !==
      undefined
    );
  }

  /** Tells the final grades of a submission's files. */
  setGrades(root: Hex, grades: bigint): void {
    const { database } = this.#parts;
    const update = database.prepare("UPDATE kept SET grade = ? WHERE root = ? AND item = ?");
    let best = 0;
    for (const { item } of database.prepare("SELECT item FROM kept WHERE root = ?").all(root)) {
      if (Number(item) === MANIFEST) continue;
      const grade = gradeAt(grades, Number(item));
      best = Math.max(best, grade);
      update.run(grade, root, Number(item));
    }
    // Without the manifest nobody finds the accepted files.
    update.run(best, root, MANIFEST);
  }

  /** How much is kept. */
  keptBytes(): number {
    const row = this.#parts.database
      .prepare(
        "SELECT SUM(size_bytes) AS bytes FROM (SELECT cid, MAX(size_bytes) AS size_bytes FROM kept GROUP BY cid)",
      )
      .get();
    return Number(row?.bytes ?? 0);
  }

  /** One after the other, so that two files never take the same room. A failure is logged: judging goes on without it. */
  #keep(root: Hex, item: number, content: Published, put: () => Promise<string>): Promise<void> {
    const turn = this.#turn.then(() => this.#add(root, item, content, put));
    const settled = turn.catch((error: unknown) => {
      this.#parts.log.warn({ root, item, cid: content.cid, err: error }, "content not kept");
    });
    this.#turn = settled;
    return settled;
  }

  async #add(root: Hex, item: number, content: Published, put: () => Promise<string>): Promise<void> {
    const { database, store, published, log } = this.#parts;
    const { cid, mediaType, sizeBytes } = content;
    if (!(await this.#makeRoom(cid, sizeBytes))) {
      log.warn({ root, item, cid, sizeBytes }, "no room to keep content");
      return;
    }
    const stored = await put();
    if (stored !== cid) {
      // Cut into other pieces than every OpenLedger store cuts: it could not be found here under the name that is signed.
      await store.remove(stored, published.hasBlock(stored) ? [] : [stored]);
      log.warn({ root, item, cid, stored }, "content cut in another way not kept");
      return;
    }
    const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
    database.prepare("INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?, NULL)").run(root, item, cid, sizeBytes);
    published.add({ cid, mediaType, sizeBytes }, blocks);
  }

  async #makeRoom(cid: string, sizeBytes: number): Promise<boolean> {
    const { database, store, published, maximumBytes, log } = this.#parts;
    if (database.prepare("SELECT 1 FROM kept WHERE cid = ? LIMIT 1").get(cid) !== undefined) return true;
    let free = maximumBytes - this.keptBytes();
    if (sizeBytes > maximumBytes) return false;
    while (free < sizeBytes) {
      // A file may belong to several submissions: it counts as what it is in the best of them.
      const oldest = database
        .prepare(
          `SELECT cid, MAX(size_bytes) AS size_bytes,
             MAX(CASE WHEN grade IS NULL THEN 2 WHEN grade > 0 THEN 1 ELSE 0 END) AS worth
           FROM kept GROUP BY cid HAVING worth < 2 ORDER BY worth, MAX(rowid) LIMIT 1`,
        )
        .get();
      if (oldest === undefined) return false;
      const given = String(oldest.cid);
      await store.remove(given, published.remove(given));
      database.prepare("DELETE FROM kept WHERE cid = ?").run(given);
      free += Number(oldest.size_bytes);
      log.info({ cid: given, sizeBytes: Number(oldest.size_bytes) }, "content given up for newer");
    }
    return true;
  }
}
