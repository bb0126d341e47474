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
/** 0 for what was rejected, 1 for what was accepted, 2 for what is undecided; of several submissions, the best. */
const WORTH = "MAX(CASE WHEN grade IS NULL THEN 2 WHEN grade > 0 THEN 1 ELSE 0 END)";
const FOUND_AT_ONCE = 64;

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
  #keptBytes: number;
  #toGive: string[] = [];
  /** What is being kept at the moment, and what of it has its room. */
  readonly #arriving = new Set<string>();
  readonly #reserved = new Set<string>();

  constructor(parts: ContentKeeperParts) {
    this.#parts = parts;
    parts.database.exec(`
      CREATE TABLE IF NOT EXISTS kept (
        root TEXT NOT NULL, item INTEGER NOT NULL, cid TEXT NOT NULL, size_bytes INTEGER NOT NULL, grade INTEGER,
        PRIMARY KEY (root, item)) STRICT;
      CREATE INDEX IF NOT EXISTS kept_cid ON kept (cid);`);
    const row = parts.database
      .prepare(
        "SELECT SUM(size_bytes) AS bytes FROM (SELECT MAX(size_bytes) AS size_bytes FROM kept GROUP BY cid)",
      )
      .get();
    this.#keptBytes = Number(row?.bytes ?? 0);
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
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** A failure is logged: judging goes on without it. */
  async #keep(root: Hex, item: number, content: Published, put: () => Promise<string>): Promise<void> {
    const { log } = this.#parts;
    const { cid, sizeBytes } = content;
    this.#arriving.add(cid);
    try {
      // One after the other, so that two files never take the same room; writing them is not a matter of turns.
      const turn = this.#turn.then(() => this.#reserve(cid, sizeBytes));
      this.#turn = turn.catch(() => undefined);
      const reserved = await turn;
      if (reserved === undefined) {
        log.warn({ root, item, cid, sizeBytes }, "no room to keep content");
        return;
      }
      const isKept = await this.#add(root, item, content, put).catch((error: unknown) => {
        this.#keptBytes -= reserved;
        throw error;
      });
      if (!isKept) this.#keptBytes -= reserved;
    } catch (error) {
      log.warn({ root, item, cid, err: error }, "content not kept");
    } finally {
      this.#arriving.delete(cid);
    }
  }

  /** Makes room. @returns the bytes that were set aside: none for what is here already; undefined without room. */
  async #reserve(cid: string, sizeBytes: number): Promise<number | undefined> {
    if (!(await this.#makeRoom(cid, sizeBytes))) return undefined;
    const reserved = this.#isKnown(cid) || this.#reserved.has(cid) ? 0 : sizeBytes;
    this.#reserved.add(cid);
    this.#keptBytes += reserved;
    return reserved;
  }

  /** @returns whether it is kept now. */
  async #add(root: Hex, item: number, content: Published, put: () => Promise<string>): Promise<boolean> {
    const { database, store, published, log } = this.#parts;
    const { cid, mediaType, sizeBytes } = content;
    try {
      const stored = await put();
      if (stored !== cid) {
        // Cut into other pieces than every OpenLedger store cuts: it could not be found under the name that is signed.
        if (!published.hasBlock(stored)) await store.remove(stored, [stored]);
        log.warn({ root, item, cid, stored }, "content cut in another way not kept");
        return false;
      }
      const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
      database
        .prepare("INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?, NULL)")
        .run(root, item, cid, sizeBytes);
      published.add({ cid, mediaType, sizeBytes }, blocks);
      return true;
    } finally {
      this.#reserved.delete(cid);
    }
  }

  async #makeRoom(cid: string, sizeBytes: number): Promise<boolean> {
    const { database, store, published, maximumBytes, log } = this.#parts;
    if (this.#isKnown(cid)) return true;
    if (sizeBytes > maximumBytes) return false;
    while (maximumBytes - this.#keptBytes < sizeBytes) {
      const given = this.#leastWorth();
      if (given === undefined) return false;
      await store.remove(given.cid, published.remove(given.cid));
      database.prepare("DELETE FROM kept WHERE cid = ?").run(given.cid);
      this.#keptBytes -= given.sizeBytes;
      log.info(given, "content given up for newer");
    }
    return true;
  }

  /** What is to be given up next. Looking through everything is slow, so that a number of them are found at once. */
  #leastWorth(): { cid: string; sizeBytes: number } | undefined {
    const { database } = this.#parts;
    if (this.#toGive.length === 0) {
      this.#toGive = database
        .prepare(
          `SELECT cid, ${WORTH} AS worth FROM kept GROUP BY cid HAVING worth < 2
           ORDER BY worth, MAX(rowid) LIMIT ${FOUND_AT_ONCE}`,
        )
        .all()
        .map(({ cid }) => String(cid));
      if (this.#toGive.length === 0) return undefined;
    }
    const cid = this.#toGive.shift() ?? "";
    // It may have come again since, or may have been accepted.
    const row = database
      .prepare(`SELECT MAX(size_bytes) AS size_bytes, ${WORTH} AS worth FROM kept WHERE cid = ? GROUP BY cid`)
      .get(cid);
    return row === undefined || Number(row.worth) === 2 || this.#arriving.has(cid)
      ? this.#leastWorth()
      : { cid, sizeBytes: Number(row.size_bytes) };
  }

  #isKnown(cid: string): boolean {
    return this.#parts.database.prepare("SELECT 1 FROM kept WHERE cid = ? LIMIT 1").get(cid) !== undefined;
  }
}
