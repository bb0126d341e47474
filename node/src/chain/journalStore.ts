import type { Address, Hash, Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";

/**
 * How far a transaction came. `intent`: wanted, nothing signed. `signed`: bytes saved, not sent yet. `sent`: given to the
 * chain at least once. `mined`: in a block that is not final yet. `finalized`: done. `failed`: final, and reverted.
 */
export type TransactionState = "intent" | "signed" | "sent" | "mined" | "finalized" | "failed";

/** What somebody wants to happen on the chain. */
export interface Wanted {
  /** Unique for ever: the same key is never carried out twice. */
  key: string;
  to: Address;
  data: Hex;
  value?: bigint;
  /** For the log, e.g. "Commit to docket 12". */
  description: string;
}

/** A transaction as the journal keeps it. */
export interface Entry {
  key: string;
  to: Address;
  data: Hex;
  value: bigint;
  description: string;
  state: TransactionState;
  nonce: number | undefined;
  /** Chain time of the last signature. */
  signedAt: number;
  minedHash: Hash | undefined;
  /** The receipt as the node gave it, once mined. */
  receipt: unknown;
  /** Why it failed, once failed. */
  error: unknown;
}

/** One signature of a transaction; raising the fee adds another with the same nonce. */
export interface SignedBytes {
  hash: Hash;
  raw: Hex;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

const UNFINISHED = "('intent', 'signed', 'sent', 'mined')";

/** The journal's tables. Every change is on disk when its function returns. */
export class JournalStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS journal (
        key TEXT PRIMARY KEY, sender TEXT NOT NULL, recipient TEXT NOT NULL, data TEXT NOT NULL, value TEXT NOT NULL,
        description TEXT NOT NULL, state TEXT NOT NULL, nonce INTEGER, signed_at INTEGER NOT NULL DEFAULT 0,
        mined_hash TEXT, receipt TEXT, error TEXT, created INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS journal_state ON journal (state);
      CREATE TABLE IF NOT EXISTS journal_signature (
        hash TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES journal (key) ON DELETE CASCADE, raw TEXT NOT NULL,
        gas TEXT NOT NULL, max_fee TEXT NOT NULL, max_priority_fee TEXT NOT NULL
      );
      CREATE INDEX IF NOT EXISTS journal_signature_key ON journal_signature (key);
    `);
  }

  find(key: string): Entry | undefined {
    const row = this.#database.prepare("SELECT * FROM journal WHERE key = ?").get(key);
    return row === undefined ? undefined : entryOf(row);
  }

  unfinished(): Entry[] {
    return this.#database
      .prepare(`SELECT * FROM journal WHERE state IN ${UNFINISHED} ORDER BY created, rowid`)
      .all()
      .map(entryOf);
  }

  countByState(): Map<TransactionState, number> {
    const rows = this.#database.prepare("SELECT state, count(*) AS n FROM journal GROUP BY state").all();
    return new Map(rows.map((row) => [String(row.state) as TransactionState, Number(row.n)]));
  }

  /** The transactions that came to their end most recently, with their receipts. */
  latestFinal(most: number): Pick<Entry, "key" | "receipt">[] {
    return this.#database
      .prepare(
        "SELECT key, receipt FROM journal WHERE state IN ('finalized', 'failed') AND receipt IS NOT NULL ORDER BY rowid DESC LIMIT ?",
      )
      .all(most)
      .map(({ key, receipt }) => ({ key: String(key), receipt: JSON.parse(String(receipt)) }));
  }

  /** A transaction that counted as final is in no block any more. */
  reopen(key: string): void {
    this.#database
      .prepare(
        "UPDATE journal SET state = 'sent', mined_hash = NULL, receipt = NULL, error = NULL WHERE key = ? AND state IN ('finalized', 'failed')",
      )
      .run(key);
  }

  /** The account that unfinished transactions were begun with, when there are any. */
  unfinishedSender(): Address | undefined {
    const row = this.#database
      .prepare(`SELECT sender FROM journal WHERE state IN ${UNFINISHED} LIMIT 1`)
      .get();
    return row === undefined ? undefined : (String(row.sender) as Address);
  }

  add(wanted: Wanted, sender: Address): void {
    this.#database
      .prepare(
        "INSERT INTO journal (key, sender, recipient, data, value, description, state, created) VALUES (?, ?, ?, ?, ?, ?, 'intent', ?)",
      )
      .run(
        wanted.key,
        sender,
        wanted.to,
        wanted.data,
        String(wanted.value ?? 0n),
        wanted.description,
        Date.now(),
      );
  }

  /** Forgets an intent that was never signed, or a failed transaction that is wanted again. */
  remove(key: string): void {
    this.#database.prepare("DELETE FROM journal WHERE key = ? AND state IN ('intent', 'failed')").run(key);
  }

  /** Saves signed bytes, before anybody else may see them. */
  saveSignature(key: string, nonce: number, signedAt: number, bytes: SignedBytes): void {
    inTransaction(this.#database, () => {
      this.#database
        .prepare("INSERT OR IGNORE INTO journal_signature VALUES (?, ?, ?, ?, ?, ?)")
        .run(
          bytes.hash,
          key,
          bytes.raw,
          String(bytes.gas),
          String(bytes.maxFeePerGas),
          String(bytes.maxPriorityFeePerGas),
        );
      this.#database
        .prepare(
          "UPDATE journal SET state = CASE state WHEN 'intent' THEN 'signed' ELSE state END, nonce = ?, signed_at = ? WHERE key = ?",
        )
        .run(nonce, signedAt, key);
    });
  }

  /** What all transactions that are signed and not in a block may cost together, in wei. */
  offeredWei(): bigint {
    const rows = this.#database
      .prepare(
        `SELECT value, gas, max_fee FROM journal JOIN journal_signature AS last ON last.rowid =
           (SELECT MAX(rowid) FROM journal_signature WHERE journal_signature.key = journal.key)
         WHERE state IN ('signed', 'sent')`,
      )
      .all();
    return rows.reduce(
      (sum, { value, gas, max_fee: maxFee }) =>
        sum + BigInt(String(gas)) * BigInt(String(maxFee)) + BigInt(String(value)),
      0n,
    );
  }

  signaturesOf(key: string): SignedBytes[] {
    const rows = this.#database
      .prepare("SELECT * FROM journal_signature WHERE key = ? ORDER BY rowid")
      .all(key);
    return rows.map((row) => ({
      hash: String(row.hash) as Hash,
      raw: String(row.raw) as Hex,
      gas: BigInt(String(row.gas)),
      maxFeePerGas: BigInt(String(row.max_fee)),
      maxPriorityFeePerGas: BigInt(String(row.max_priority_fee)),
    }));
  }

  /** Whether signed bytes with this hash were ever saved here. */
  hasSigned(hash: Hash): boolean {
    return this.#database.prepare("SELECT 1 FROM journal_signature WHERE hash = ?").get(hash) !== undefined;
  }

  markSent(key: string): void {
    this.#database
      .prepare("UPDATE journal SET state = 'sent', mined_hash = NULL, receipt = NULL WHERE key = ?")
      .run(key);
  }

  markMined(key: string, hash: Hash, receipt: unknown): void {
    this.#database
      .prepare("UPDATE journal SET state = 'mined', mined_hash = ?, receipt = ? WHERE key = ?")
      .run(hash, JSON.stringify(receipt), key);
  }

  markFinal(key: string, state: "finalized" | "failed", error?: unknown): void {
    this.#database
      .prepare("UPDATE journal SET state = ?, error = ? WHERE key = ?")
      .run(state, error === undefined ? null : JSON.stringify(error), key);
  }

  /** Starts a transaction over, when its nonce was used by another transaction and it can never be mined. */
  restart(key: string): void {
    inTransaction(this.#database, () => {
      this.#database.prepare("DELETE FROM journal_signature WHERE key = ?").run(key);
      this.#database
        .prepare(
          "UPDATE journal SET state = 'intent', nonce = NULL, mined_hash = NULL, receipt = NULL WHERE key = ?",
        )
        .run(key);
    });
  }
}

function entryOf(row: Record<string, unknown>): Entry {
  return {
    key: String(row.key),
    to: String(row.recipient) as Address,
    data: String(row.data) as Hex,
    value: BigInt(String(row.value)),
    description: String(row.description),
    state: String(row.state) as TransactionState,
    nonce: row.nonce === null ? undefined : Number(row.nonce),
    signedAt: Number(row.signed_at),
    minedHash: row.mined_hash === null ? undefined : (String(row.mined_hash) as Hash),
    receipt: row.receipt === null ? undefined : JSON.parse(String(row.receipt)),
    error: row.error === null ? undefined : JSON.parse(String(row.error)),
  };
}
