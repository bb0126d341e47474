import {
  type SignedUsageRecord,
  type UsageRecord,
  usageRecordDigest,
  usageRecordTypedData,
} from "@openledger/sdk/usageRecord";
import { type Address, type Hex, zeroHash } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Database } from "../app/database.ts";

/** What is said of an answer; number, predecessor, server and time are the log's. */
export type Used = Omit<UsageRecord, "number" | "previous" | "server" | "answeredAt">;

/** The most records that one request is answered with. */
export const MOST_LISTED = 500;

/**
 * The records of every answer that this server gave: signed, each naming the one before it, and never changed. A record is
 * on the disk before its answer is said to be whole.
 */
export class UsageLog {
  readonly #database: Database;
  readonly #account: PrivateKeyAccount;
  readonly #where: { chainId: number; attribution: Address };
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: {
    database: Database;
    account: PrivateKeyAccount;
    chainId: number;
    attribution: Address;
  }) {
    const { database, account, chainId, attribution } = parts;
    this.#database = database;
    this.#account = account;
    this.#where = { chainId, attribution };
    database.exec(`
      CREATE TABLE IF NOT EXISTS usage_record (
        number INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, record TEXT NOT NULL, signature TEXT NOT NULL) STRICT;
      CREATE TRIGGER IF NOT EXISTS usage_record_kept BEFORE UPDATE ON usage_record
        BEGIN SELECT RAISE(ABORT, 'usage records are never changed'); END;
      CREATE TRIGGER IF NOT EXISTS usage_record_stays BEFORE DELETE ON usage_record
        BEGIN SELECT RAISE(ABORT, 'usage records are never removed'); END;`);
  }

  /** Sign and keep a record; when this returns it is on the disk. */
  add(used: Used): Promise<SignedUsageRecord> {
    // One after the other: each names the digest of the one before it.
    const added = this.#last.then(() => this.#add(used));
    this.#last = added.catch(() => undefined);
    return added;
  }

  /** Records after a number, in their order. */
  list(after: number, limit: number): SignedUsageRecord[] {
    return recordsAfter(this.#database, after, Math.min(limit, MOST_LISTED));
  }

  /** One record, by its digest. */
  find(digest: Hex): SignedUsageRecord | undefined {
    const row = this.#database.prepare("SELECT * FROM usage_record WHERE digest = ?").get(digest);
    return row === undefined ? undefined : toSigned(row);
  }

  async #add(used: Used): Promise<SignedUsageRecord> {
    const before = this.#database
      .prepare("SELECT number, digest FROM usage_record ORDER BY number DESC LIMIT 1")
      .get();
    const record: UsageRecord = {
      ...used,
      number: Number(before?.number ?? 0) + 1,
      previous: before === undefined ? zeroHash : (String(before.digest) as Hex),
      server: this.#account.address,
      answeredAt: Math.floor(Date.now() / 1000),
    };
    const digest = usageRecordDigest({ ...this.#where, record });
    const signature = await this.#account.signTypedData(usageRecordTypedData({ ...this.#where, record }));
    this.#database
      .prepare("INSERT INTO usage_record (number, digest, record, signature) VALUES (?, ?, ?, ?)")
      .run(record.number, digest, JSON.stringify(record), signature);
    return { record, digest, signature };
  }
}

/** Records after a number, in their order, from a chat server's database; none where none was ever made. */
export function recordsAfter(database: Database, after: number, limit: number): SignedUsageRecord[] {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'usage_record'").get() === undefined)
    return [];
  return database
    .prepare("SELECT * FROM usage_record WHERE number > ? ORDER BY number LIMIT ?")
    .all(after, limit)
    .map(toSigned);
}

function toSigned(row: Record<string, unknown>): SignedUsageRecord {
  return {
    record: JSON.parse(String(row.record)) as UsageRecord,
    digest: String(row.digest) as Hex,
    signature: String(row.signature) as Hex,
  };
}
