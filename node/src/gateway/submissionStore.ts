import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Manifest } from "@openledger/sdk/manifest";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hash, Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Refusal } from "../app/errors.ts";

/**
 * How far the gateway's own work on a submission is. `received`: the gateway sends it; what happens in between stands in
 * the transaction journal. `awaiting`: its contributor sends it.
 */
type RelayState = "received" | "awaiting" | "mined" | "published" | "failed";

/** A submission that this gateway relays. */
export interface RelayedSubmission {
  root: Hex;
  contributor: Address;
  datanet: number;
  manifest: Manifest;
  submission: Submission;
  signature: Hex;
  /** That the contributor is on the Datanet's list; empty where it has none. */
  listProof: readonly Hex[];
  state: RelayState;
  /** Who pays for its transaction; undefined when it was on the chain already. */
  payment: GasPayment | undefined;
  /** Chain time at which it came. */
  receivedAt: number;
  transaction: Hash | undefined;
  docket: number | undefined;
  position: number | undefined;
  error: Refusal | undefined;
  finalized: boolean;
  /** The journal key of the sweep that finalizes it, once there is one. */
  sweep: string | undefined;
}

/** Where a submission stands before the court. */
interface Place {
  docket: number;
  position: number;
  /** Unknown when somebody else sent it and only its place was read. */
  transaction?: Hash | undefined;
}

/** A verdict on one file. */
export interface FileVerdict {
  grade: number;
  reasonCode?: number;
}

const SELECT =
  "SELECT relayed.*, relayed_payment.json AS payment FROM relayed LEFT JOIN relayed_payment ON relayed_payment.root = relayed.root";

/** Submissions that contributors handed in here, kept until for ever. */
export class SubmissionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS relayed (
        root TEXT PRIMARY KEY, contributor TEXT NOT NULL, datanet INTEGER NOT NULL, manifest TEXT NOT NULL,
        submission TEXT NOT NULL, signature TEXT NOT NULL, list_proof TEXT NOT NULL, state TEXT NOT NULL, received_at INTEGER NOT NULL,
        mined_hash TEXT, docket INTEGER, position INTEGER, error TEXT, finalized INTEGER NOT NULL DEFAULT 0,
        sweep TEXT, verdict TEXT
      );
      CREATE INDEX IF NOT EXISTS relayed_open ON relayed (state, finalized);
      CREATE INDEX IF NOT EXISTS relayed_contributor ON relayed (contributor, state);
      CREATE TABLE IF NOT EXISTS relayed_payment (
        root TEXT PRIMARY KEY, json TEXT NOT NULL, network TEXT NOT NULL, deadline INTEGER NOT NULL
      ) STRICT;
    `);
  }

  /**
   * Keeps a submission; one that failed before is begun again.
   *
   * @param received.network Tells networks of visitors apart.
   */
  add(
    received: Pick<
      RelayedSubmission,
      "root" | "manifest" | "submission" | "signature" | "listProof" | "receivedAt" | "payment"
    > & { network: string },
  ): void {
    const { root, manifest, submission, signature, listProof, receivedAt, payment, network } = received;
    const state: RelayState = payment?.paidBy === "contributor" ? "awaiting" : "received";
    inTransaction(this.#database, () => {
      this.#database
        .prepare(
          `INSERT INTO relayed (root, contributor, datanet, manifest, submission, signature, list_proof, state,
             received_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (root) DO UPDATE SET submission = excluded.submission, signature = excluded.signature,
             list_proof = excluded.list_proof, state = excluded.state, received_at = excluded.received_at, error = NULL WHERE state = 'failed'`,
        )
        .run(
          root,
          submission.contributor,
          submission.datanet,
          JSON.stringify(manifest),
          JSON.stringify(submission),
          signature,
          JSON.stringify(listProof),
          state,
          receivedAt,
        );
      if (payment === undefined) return;
      this.#database
        .prepare("INSERT OR REPLACE INTO relayed_payment VALUES (?, ?, ?, ?)")
        .run(root, JSON.stringify(payment), network, submission.deadline);
    });
  }

  find(root: Hex): RelayedSubmission | undefined {
    const row = this.#database.prepare(`${SELECT} WHERE relayed.root = ?`).get(root);
    return row === undefined ? undefined : fromRow(row);
  }

  /** Submissions that are not published yet, in the order in which they came. */
  unpublished(): RelayedSubmission[] {
    return this.#select("state IN ('received', 'awaiting', 'mined')");
  }

  /** Submissions that their contributors send themselves, with the chain time until which they can be mined. */
  awaiting(): { root: Hex; contributor: Address; network: string; deadline: number }[] {
    return this.#database
      .prepare(
        "SELECT root, contributor, network, deadline FROM relayed JOIN relayed_payment USING (root) WHERE state = 'awaiting' ORDER BY relayed.rowid",
      )
      .all()
      .map((row) => ({
        root: String(row.root) as Hex,
        contributor: String(row.contributor) as Address,
        network: String(row.network),
        deadline: Number(row.deadline),
      }));
  }

  /** Submissions of one contributor that the gateway sends and that are not known to be mined. */
  pendingOf(contributor: Address): RelayedSubmission[] {
    return this.#select("state = 'received' AND contributor = ?", contributor);
  }

  /** Published submissions whose reward nobody has put into effect yet. */
  unfinalized(): RelayedSubmission[] {
    return this.#select("state = 'published' AND finalized = 0");
  }

  markMined(root: Hex, { docket, position, transaction }: Place): void {
    this.#database
      .prepare(
        "UPDATE relayed SET state = 'mined', docket = ?, position = ?, mined_hash = ?, error = NULL WHERE root = ? AND state IN ('received', 'awaiting', 'failed')",
      )
      .run(docket, position, transaction ?? null, root);
  }

  /** A submission that was mined stands elsewhere after the chain was rolled back, or its transaction became known. */
  move(root: Hex, { docket, position, transaction }: Place): void {
    this.#database
      .prepare(
        "UPDATE relayed SET docket = ?, position = ?, mined_hash = COALESCE(?, mined_hash) WHERE root = ? AND state IN ('mined', 'published')",
      )
      .run(docket, position, transaction ?? null, root);
  }

  /** The contributor sends what the gateway would have sent. */
  markAwaiting(root: Hex, payment: GasPayment): void {
    this.#payBy(root, "received", "awaiting", payment);
  }

  /** The gateway sends what waited for the contributor. */
  markReceived(root: Hex, payment: GasPayment): void {
    this.#payBy(root, "awaiting", "received", payment);
  }

  #payBy(root: Hex, from: RelayState, to: RelayState, payment: GasPayment): void {
    inTransaction(this.#database, () => {
      const moved = this.#database
        .prepare("UPDATE relayed SET state = ? WHERE root = ? AND state = ?")
        .run(to, root, from);
      if (moved.changes === 0) return;
      this.#database
        .prepare("UPDATE relayed_payment SET json = ? WHERE root = ?")
        .run(JSON.stringify(payment), root);
    });
  }

  markPublished(root: Hex): void {
    this.#database.prepare("UPDATE relayed SET state = 'published' WHERE root = ?").run(root);
  }

  markFailed(root: Hex, error: Refusal): void {
    this.#database
      .prepare(
        "UPDATE relayed SET state = 'failed', error = ? WHERE root = ? AND state IN ('received', 'awaiting')",
      )
      .run(JSON.stringify(error), root);
  }

  markFinalized(root: Hex): void {
    this.#database.prepare("UPDATE relayed SET finalized = 1 WHERE root = ?").run(root);
  }

  /** Binds submissions to one sweep, so that after a crash the same sweep goes on instead of a second one. */
  setSweep(roots: readonly Hex[], sweep: string | undefined): void {
    inTransaction(this.#database, () => {
      const statement = this.#database.prepare("UPDATE relayed SET sweep = ? WHERE root = ?");
      for (const root of roots) statement.run(sweep ?? null, root);
    });
  }

  /** The verdict of a finalized submission, which nothing changes any more. */
  verdictOf(root: Hex): FileVerdict[] | undefined {
    const row = this.#database.prepare("SELECT verdict FROM relayed WHERE root = ?").get(root);
    return row === undefined || row.verdict === null ? undefined : JSON.parse(String(row.verdict));
  }

  saveVerdict(root: Hex, verdict: readonly FileVerdict[]): void {
    this.#database
      .prepare("UPDATE relayed SET verdict = ? WHERE root = ?")
      .run(JSON.stringify(verdict), root);
  }

  #select(condition: string, ...values: string[]): RelayedSubmission[] {
    return this.#database
      .prepare(`${SELECT} WHERE ${condition} ORDER BY relayed.rowid`)
      .all(...values)
      .map(fromRow);
  }
}

function fromRow(row: Record<string, unknown>): RelayedSubmission {
  return {
    root: String(row.root) as Hex,
    contributor: String(row.contributor) as Address,
    datanet: Number(row.datanet),
    manifest: JSON.parse(String(row.manifest)),
    submission: JSON.parse(String(row.submission)),
    signature: String(row.signature) as Hex,
    listProof: JSON.parse(String(row.list_proof)),
    state: String(row.state) as RelayState,
    payment: row.payment === null ? undefined : JSON.parse(String(row.payment)),
    receivedAt: Number(row.received_at),
    transaction: row.mined_hash === null ? undefined : (String(row.mined_hash) as Hash),
    docket: row.docket === null ? undefined : Number(row.docket),
    position: row.position === null ? undefined : Number(row.position),
    error: row.error === null ? undefined : JSON.parse(String(row.error)),
    finalized: row.finalized === 1,
    sweep: row.sweep === null ? undefined : String(row.sweep),
  };
}
