import type { Database } from "../app/database.ts";

/** What a node tells people about. */
type NoticeKind = "drawn" | "reveal-due" | "verdict" | "appeal" | "paid";

/** Something that happened to this account's votes. */
export interface Notice {
  /** The same for the same happening, for ever: receivers tell repetitions by it. */
  id: string;
  kind: NoticeKind;
  /** One line for people. */
  title: string;
  /** A sentence or two. */
  text: string;
  docket: number;
  /** Facts for programs; amounts in wei as decimal strings. */
  facts: Record<string, string | number | boolean>;
  /** When it was noticed, in seconds of the node's clock. */
  at: number;
}

/** A notice that a receiver has not taken yet. */
export interface Undelivered {
  notice: Notice;
  attempts: number;
}

/** How many notices are kept for feeds and for a receiver that is away. */
const KEPT = 1_000;
/** Nobody wants to hear of a deadline of last week. */
const LONGEST_DELIVERY_SECONDS = 3 * 24 * 60 * 60;

/** The notices of this node, on disk: each is noted once, whatever happens to the process, and kept until it is delivered. */
export class Notices {
  readonly #database: Database;
  readonly #deliver: boolean;

  /** @param deliver Whether somebody takes notices from here, so that they have to be kept for them. */
  constructor(database: Database, deliver = false) {
    this.#database = database;
    this.#deliver = deliver;
    database.exec(`CREATE TABLE IF NOT EXISTS notice (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL, at INTEGER NOT NULL,
      pending INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE INDEX IF NOT EXISTS notice_pending ON notice (pending, next_at);`);
  }

  /** Note something; noting it again changes nothing. @returns whether it was new. */
  add(notice: Omit<Notice, "at">): boolean {
    const at = Math.floor(Date.now() / 1000);
    const added = this.#database
      .prepare("INSERT OR IGNORE INTO notice (id, json, at, pending) VALUES (?, ?, ?, ?)")
      .run(notice.id, JSON.stringify({ ...notice, at }), at, Number(this.#deliver));
    if (added.changes === 0) return false;
    this.#database
      .prepare("DELETE FROM notice WHERE sequence <= (SELECT max(sequence) FROM notice) - ?")
      .run(KEPT);
    return true;
  }

  /** What was noted under an id, as long as it is kept. */
  find(id: string): Notice | undefined {
    const row = this.#database.prepare("SELECT json FROM notice WHERE id = ?").get(id);
    return row === undefined ? undefined : JSON.parse(String(row.json));
  }

  /** The newest first. */
  list(limit: number): Notice[] {
    return this.#database
      .prepare("SELECT json FROM notice ORDER BY sequence DESC LIMIT ?")
      .all(limit)
      .map(({ json }) => JSON.parse(String(json)));
  }

  /** The oldest notice that is due for delivery; what nobody took in days is given up. */
  due(): Undelivered | undefined {
    const now = Math.floor(Date.now() / 1000);
    this.#database
      .prepare("UPDATE notice SET pending = 0 WHERE pending = 1 AND at < ?")
      .run(now - LONGEST_DELIVERY_SECONDS);
    const row = this.#database
      .prepare(
        "SELECT json, attempts FROM notice WHERE pending = 1 AND next_at <= ? ORDER BY sequence LIMIT 1",
      )
      .get(now);
    return row && { notice: JSON.parse(String(row.json)), attempts: Number(row.attempts) };
  }

  /** How many notices wait for their receiver. */
  waiting(): number {
    return Number(this.#database.prepare("SELECT count(*) AS n FROM notice WHERE pending = 1").get()?.n);
  }

  markDelivered(id: string): void {
    this.#database.prepare("UPDATE notice SET pending = 0 WHERE id = ?").run(id);
  }

  /** Try again in so many seconds. */
  postpone(id: string, seconds: number): void {
    this.#database
      .prepare("UPDATE notice SET attempts = attempts + 1, next_at = ? WHERE id = ?")
      .run(Math.floor(Date.now() / 1000) + seconds, id);
  }
}
