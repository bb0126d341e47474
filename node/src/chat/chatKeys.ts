import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Address } from "viem";
import { type Database, openDatabase } from "../app/database.ts";

/** The file of a chat daemon's keys in its DATA_DIR; the command line writes it while the daemon runs. */
export const CHAT_KEYS_FILE = "chat-keys.sqlite";

/** With what every key begins, so that one is known where it leaks. */
const KEY_PREFIX = "olk-";
const SHOWN_CHARACTERS = KEY_PREFIX.length + 4;

/** A key as its owner's book shows it: never the key itself. */
export interface ChatKey {
  id: number;
  name: string;
  /** The first characters, to tell keys apart. */
  begins: string;
  /** Whose receipts pay for what is asked with it. */
  user: Address | undefined;
  /** Limits of its own; the server's otherwise. */
  requestsPerMinute: number | undefined;
  tokensPerMinute: number | undefined;
  /** Unix seconds. */
  createdAt: number;
  /** Until then it is valid; for ever where there is none. */
  expiresAt: number | undefined;
  revokedAt: number | undefined;
}

/** The API keys of one chat server. Only their sha256 is kept: a key has 256 random bits, and cannot be guessed from it. */
export class ChatKeys {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS chat_key (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, begins TEXT NOT NULL, user TEXT,
      requests_per_minute INTEGER, tokens_per_minute INTEGER, created_at INTEGER NOT NULL, revoked_at INTEGER,
      expires_at INTEGER) STRICT`);
    const columns = database.prepare("SELECT name FROM pragma_table_info('chat_key')").all();
    // A file that was made before keys could expire.
    if (!columns.some(({ name }) => name === "expires_at")) {
      database.exec("ALTER TABLE chat_key ADD COLUMN expires_at INTEGER");
    }
  }

  /** Open the file of keys; it is made when it is not there, for this user alone. */
  static open(path: string): ChatKeys {
    mkdirSync(dirname(path), { recursive: true });
    const isNew = !existsSync(path);
    const database = openDatabase(path);
    if (isNew) chmodSync(path, 0o600);
    return new ChatKeys(database);
  }

  /** Make a key. It is told here and never again. */
  create(wanted: {
    name: string;
    user?: Address | undefined;
    requestsPerMinute?: number | undefined;
    tokensPerMinute?: number | undefined;
    /** Unix seconds. */
    expiresAt?: number | undefined;
  }): { key: string; entry: ChatKey } {
    const key = `${KEY_PREFIX}${randomBytes(32).toString("base64url")}`;
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO chat_key (name, hash, begins, user, requests_per_minute, tokens_per_minute, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        wanted.name,
        hashOf(key),
        key.slice(0, SHOWN_CHARACTERS),
        wanted.user ?? null,
        wanted.requestsPerMinute ?? null,
        wanted.tokensPerMinute ?? null,
        nowSeconds(),
        wanted.expiresAt ?? null,
      );
    const entry = this.list().find(({ id }) => id === Number(lastInsertRowid));
    if (entry === undefined) throw new Error("The key was not kept.");
    return { key, entry };
  }

  /** Every key, revoked ones included. */
  list(): ChatKey[] {
    return this.#database.prepare("SELECT * FROM chat_key ORDER BY id").all().map(toEntry);
  }

  /** Take a key's validity away, at once. False when there is no such key, or it was revoked before. */
  revoke(id: number): boolean {
    const { changes } = this.#database
      .prepare("UPDATE chat_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
      .run(nowSeconds(), id);
    return changes === 1;
  }

  /** The entry of a valid key. */
  find(key: string): ChatKey | undefined {
    if (!isChatKey(key)) return undefined;
    const row = this.#database
      .prepare(
        "SELECT * FROM chat_key WHERE hash = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
      )
      .get(hashOf(key), nowSeconds());
    return row === undefined ? undefined : toEntry(row);
  }

  close(): void {
    this.#database.close();
  }
}

/** Whether a text looks like a key of a chat server. */
export function isChatKey(text: string): boolean {
  return text.startsWith(KEY_PREFIX);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function toEntry(row: Record<string, unknown>): ChatKey {
  const optional = (value: unknown) => (value === null ? undefined : Number(value));
  return {
    id: Number(row.id),
    name: String(row.name),
    begins: String(row.begins),
    user: row.user === null ? undefined : (String(row.user) as Address),
    requestsPerMinute: optional(row.requests_per_minute),
    tokensPerMinute: optional(row.tokens_per_minute),
    createdAt: Number(row.created_at),
    expiresAt: optional(row.expires_at),
    revokedAt: optional(row.revoked_at),
  };
}
