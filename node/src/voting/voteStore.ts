import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Opinion } from "../judge/opinion.ts";

/** What a voter thinks of one item, and what the item is. */
export interface ItemOpinion extends Opinion {
  item: number;
  /** What was judged, for people: "file 2 of submission 0x…". */
  subject: string;
}

/** A vote as it was decided, before anything was sent. */
export interface SavedVote {
  docket: number;
  round: number;
  word: bigint;
  reasons: Hex;
  salt: Hex;
  commitment: Hex;
  opinions: ItemOpinion[];
  decidedAt: number;
}

/** The votes of this node, saved before they are committed so that every one can be revealed after a crash. */
export class VoteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS vote (
      docket INTEGER NOT NULL, round INTEGER NOT NULL, word TEXT NOT NULL, reasons TEXT NOT NULL, salt TEXT NOT NULL,
      commitment TEXT NOT NULL, opinions TEXT NOT NULL, decided_at INTEGER NOT NULL, PRIMARY KEY (docket, round)
    ) STRICT`);
  }

  save(vote: SavedVote): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        vote.docket,
        vote.round,
        String(vote.word),
        vote.reasons,
        vote.salt,
        vote.commitment,
        JSON.stringify(vote.opinions),
        vote.decidedAt,
      );
  }

  find(docket: number, round: number): SavedVote | undefined {
    const row = this.#database
      .prepare("SELECT * FROM vote WHERE docket = ? AND round = ?")
      .get(docket, round);
    return row === undefined ? undefined : voteOf(row);
  }

  /**
   * The newest votes first.
   *
   * @param beforeDocket Only those decided before the first vote on this docket. Ids say nothing of time: an appeal's is
   * above those of all dockets.
   */
  list(limit: number, beforeDocket?: number): SavedVote[] {
    const newestFirst = "ORDER BY decided_at DESC, docket DESC, round DESC LIMIT ?";
    const rows =
      beforeDocket === undefined
        ? this.#database.prepare(`SELECT * FROM vote ${newestFirst}`).all(limit)
        : this.#database
            .prepare(
              `SELECT * FROM vote WHERE (decided_at, docket, round) <
                (SELECT decided_at, docket, round FROM vote WHERE docket = ? ORDER BY round LIMIT 1) ${newestFirst}`,
            )
            .all(beforeDocket, limit);
    return rows.map(voteOf);
  }
}

function voteOf(row: Record<string, unknown>): SavedVote {
  return {
    docket: Number(row.docket),
    round: Number(row.round),
    word: BigInt(String(row.word)),
    reasons: String(row.reasons) as Hex,
    salt: String(row.salt) as Hex,
    commitment: String(row.commitment) as Hex,
    opinions: JSON.parse(String(row.opinions)),
    decidedAt: Number(row.decided_at),
  };
}
