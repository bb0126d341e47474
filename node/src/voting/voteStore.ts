import type { Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Opinion } from "../judge/opinion.ts";

/** A file as it can be looked at: where its bytes are, and what they are. */
export interface JudgedContent {
  /** The submission, and the file's place in it, from 0. */
  root: Hex;
  index: number;
  name: string;
  mediaType: string;
  sizeBytes: number;
  cid: string;
}

/** What a voter thinks of one item, and what the item is. */
export interface ItemOpinion extends Opinion {
  item: number;
  /** What was judged, for people: "file 2 of submission 0x…". */
  subject: string;
  /** The file behind the item, as far as its manifest is known; absent for attestations. */
  content?: JudgedContent;
}

/** An item whose grade a person set in place of the daemon's. */
export interface GradeChange extends Pick<Opinion, "grade" | "reason"> {
  item: number;
  /** What the daemon proposed. */
  proposed: Pick<Opinion, "grade" | "reason">;
  note?: string;
}

/** Who decided a vote: the daemon alone, or a person who confirmed it, and what the person changed. */
export interface DecidedBy {
  decidedBy: "daemon" | "person";
  changes: GradeChange[];
}

/** A vote as it was decided, before anything was sent. */
export interface SavedVote extends DecidedBy {
  docket: number;
  round: number;
  /** Counts the votes on one round from 0: a commitment can be replaced until its window closes. */
  version: number;
  word: bigint;
  reasons: Hex;
  salt: Hex;
  commitment: Hex;
  opinions: ItemOpinion[];
  /** Whether every item was judged; false when something is voted on that was still missing. */
  complete: boolean;
  decidedAt: number;
}

/** The votes of this node, saved before they are committed so that every one can be revealed after a crash. */
export class VoteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS ballot (
      docket INTEGER NOT NULL, round INTEGER NOT NULL, version INTEGER NOT NULL, word TEXT NOT NULL,
      reasons TEXT NOT NULL, salt TEXT NOT NULL, commitment TEXT NOT NULL, opinions TEXT NOT NULL,
      complete INTEGER NOT NULL, decided_by TEXT NOT NULL, changes TEXT NOT NULL, decided_at INTEGER NOT NULL,
      PRIMARY KEY (docket, round, version)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ballot_by_time ON ballot (decided_at, docket, round, version)`);
  }

  /** Save a vote, or the same vote with more known about it. */
  save(vote: SavedVote): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO ballot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        vote.docket,
        vote.round,
        vote.version,
        String(vote.word),
        vote.reasons,
        vote.salt,
        vote.commitment,
        JSON.stringify(vote.opinions),
        Number(vote.complete),
        vote.decidedBy,
        JSON.stringify(vote.changes),
        vote.decidedAt,
      );
  }

  /**
   * Add what was found out about a file of a docket after the votes on it were decided, to the log of why. A vote that
   * rejects the file, or has such a finding, stays as it is.
   */
  addFinding(
    docket: number,
    { root, index }: { root: Hex; index: number },
    finding: { check: string; why: string },
  ): void {
    const rows = this.#database.prepare("SELECT * FROM ballot WHERE docket = ?").all(docket);
    for (const vote of rows.map(voteOf)) {
      const place = vote.opinions.findIndex(
        ({ content }) => content?.root === root && content.index === index,
      );
      const opinion = vote.opinions[place];
      if (opinion === undefined || opinion.grade === 0) continue;
      const findings = opinion.findings ?? [];
      if (findings.some(({ check }) => check === finding.check)) continue;
      const opinions = vote.opinions.with(place, { ...opinion, findings: [...findings, finding] });
      this.save({ ...vote, opinions });
    }
  }

  /** The vote that is to stand on a round: the one decided last. */
  find(docket: number, round: number): SavedVote | undefined {
    const row = this.#database
      .prepare("SELECT * FROM ballot WHERE docket = ? AND round = ? ORDER BY version DESC LIMIT 1")
      .get(docket, round);
    return row === undefined ? undefined : voteOf(row);
  }

  /** Whether there is a vote on any round of a docket. */
  hasVoted(docket: number): boolean {
    return this.#database.prepare("SELECT 1 FROM ballot WHERE docket = ? LIMIT 1").get(docket) !== undefined;
  }

  /** The vote of a round that a commitment binds to. */
  committed(docket: number, round: number, commitment: Hex): SavedVote | undefined {
    const row = this.#database
      .prepare("SELECT * FROM ballot WHERE docket = ? AND round = ? AND commitment = ? LIMIT 1")
      .get(docket, round, commitment);
    return row === undefined ? undefined : voteOf(row);
  }

  /**
   * The newest votes first.
   *
   * @param beforeDocket Only those decided before the first vote on this docket. Ids say nothing of time: an appeal's is
   * above those of all dockets.
   */
  list(limit: number, beforeDocket?: number): SavedVote[] {
    const newestFirst = "ORDER BY decided_at DESC, docket DESC, round DESC, version DESC LIMIT ?";
    const rows =
      beforeDocket === undefined
        ? this.#database.prepare(`SELECT * FROM ballot ${newestFirst}`).all(limit)
        : this.#database
            .prepare(
              `SELECT * FROM ballot WHERE (decided_at, docket, round, version) < (SELECT decided_at, docket, round, version
               FROM ballot WHERE docket = ? ORDER BY round, version LIMIT 1) ${newestFirst}`,
            )
            .all(beforeDocket, limit);
    return rows.map(voteOf);
  }

  /**
   * Forget the oldest votes beyond a number of them.
   *
   * @param isDone Whether nothing can be asked of a docket any more; votes on others stay.
   * @returns how many were forgotten.
   */
  prune(kept: number, isDone: (docket: number) => boolean): number {
    const rows = this.#database
      .prepare("SELECT docket, round, version FROM ballot ORDER BY decided_at DESC LIMIT -1 OFFSET ?")
      .all(kept)
      .filter((row) => isDone(Number(row.docket)));
    const remove = this.#database.prepare(
      "DELETE FROM ballot WHERE docket = ? AND round = ? AND version = ?",
    );
    if (rows.length > 0)
      inTransaction(this.#database, () => {
        for (const row of rows) remove.run(Number(row.docket), Number(row.round), Number(row.version));
      });
    return rows.length;
  }
}

function voteOf(row: Record<string, unknown>): SavedVote {
  return {
    docket: Number(row.docket),
    round: Number(row.round),
    version: Number(row.version),
    word: BigInt(String(row.word)),
    reasons: String(row.reasons) as Hex,
    salt: String(row.salt) as Hex,
    commitment: String(row.commitment) as Hex,
    opinions: JSON.parse(String(row.opinions)),
    complete: row.complete === 1,
    decidedBy: String(row.decided_by) as SavedVote["decidedBy"],
    changes: JSON.parse(String(row.changes)),
    decidedAt: Number(row.decided_at),
  };
}
