import { createHash } from "node:crypto";
import type { Grade } from "@openledger/sdk/grades";
import type { ReasonKey } from "@openledger/sdk/reasons";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Approvals, Draft } from "../voting/approval.ts";
import type { Docket } from "../voting/docketBook.ts";
import { isTooLate, lastMomentOf } from "../voting/timing.ts";
import type { DecidedBy, GradeChange, ItemOpinion } from "../voting/voteStore.ts";

/** What happens to a proposal that nobody confirmed at the last moment. */
export type Unconfirmed = "commit" | "abstain";

/** A grade that a person sets in place of the daemon's. */
export interface WantedChange {
  item: number;
  grade: Grade;
  /** Given exactly when the grade is 0. */
  reason?: ReasonKey | undefined;
  note?: string | undefined;
}

/** A vote that waits for a person, or has the person's word. */
export interface Proposal {
  docket: number;
  round: number;
  pool: number;
  items: ItemOpinion[];
  /** Names this state of the proposal: who confirms says which one was seen. */
  digest: Hex;
  /** Whether every item was judged. */
  complete: boolean;
  /** Until when a person can confirm or change, in chain time. */
  confirmUntil: number;
  commitEnds: number;
  /** When a person confirmed, in seconds of the node's clock. */
  confirmedAt: number | undefined;
  /** The person's changes, with what the daemon proposes now. */
  changes: GradeChange[];
}

interface Confirmation {
  at: number;
  changes: WantedChange[];
}

/** Confirmations stay so long, for a docket whose round lasts long. */
const KEPT_SECONDS = 90 * 24 * 60 * 60;

/**
 * Votes as the daemon proposes them to a person. A confirmation says: vote as you judge, with these changes. It is on disk
 * when it is answered, holds through restarts, and can be given anew until the window closes.
 */
export class ProposalBook implements Approvals {
  readonly #database: Database;
  readonly #unconfirmed: Unconfirmed;
  readonly #drafts = new Map<string, { docket: Docket; draft: Draft }>();

  constructor(database: Database, unconfirmed: Unconfirmed) {
    this.#database = database;
    this.#unconfirmed = unconfirmed;
    database.exec(`CREATE TABLE IF NOT EXISTS confirmation (
      docket INTEGER NOT NULL, round INTEGER NOT NULL, at INTEGER NOT NULL, changes TEXT NOT NULL,
      PRIMARY KEY (docket, round)) STRICT`);
  }

  approve(docket: Docket, draft: Draft): (DecidedBy & { opinions: ItemOpinion[] }) | undefined {
    this.#drafts.set(keyOf(docket.id, docket.round), { docket, draft });
    const confirmation = this.#confirmation(docket.id, docket.round);
    if (confirmation !== undefined) {
      const { opinions, changes } = changed(draft.opinions, confirmation.changes);
      return { opinions, decidedBy: "person", changes };
    }
    if (!draft.isLastMoment || this.#unconfirmed === "abstain") return undefined;
    return { opinions: draft.opinions, decidedBy: "daemon", changes: [] };
  }

  /** The proposals whose window is open, the nearest deadline first. @param now Chain time in seconds. */
  list(now: number): Proposal[] {
    for (const [key, { docket }] of this.#drafts) if (now >= docket.commitEnds) this.#drafts.delete(key);
    return [...this.#drafts.values()]
      .map(({ docket, draft }) => this.#proposalOf(docket, draft))
      .sort((a, b) => a.confirmUntil - b.confirmUntil || a.docket - b.docket);
  }

  /** @throws HttpRefusal when there is none. */
  find(docket: number, round: number): Proposal {
    const found = this.#drafts.get(keyOf(docket, round));
    if (found !== undefined) return this.#proposalOf(found.docket, found.draft);
    throw new HttpRefusal(404, {
      code: "no-proposal",
      sentence: `There is no proposal for round ${round} of docket ${docket}.`,
      next: "Look at /v1/proposals for those that wait.",
    });
  }

  /**
   * A person confirms a proposal as it was seen, with changes; a later word replaces an earlier one.
   *
   * @param now Chain time in seconds.
   * @throws HttpRefusal when it is too late, when the proposal is another by now, or when a change does not fit.
   */
  confirm(docket: number, round: number, seen: Hex, wanted: readonly WantedChange[], now: number): Proposal {
    const proposal = this.find(docket, round);
    const draft = this.#drafts.get(keyOf(docket, round));
    if (draft === undefined || isTooLate(draft.docket, now)) {
      throw new HttpRefusal(409, {
        code: "too-late",
        sentence: `The vote on docket ${docket} can no longer be changed: its window closes at ${proposal.commitEnds}.`,
        next: "Nothing has to be done.",
      });
    }
    if (seen !== proposal.digest) {
      throw new HttpRefusal(409, {
        code: "proposal-changed",
        sentence: `The proposal for docket ${docket} changed since you looked at it.`,
        next: "Look at it again, and confirm what it says now.",
      });
    }
    for (const change of wanted) requireFitting(change, proposal.items.length);
    const at = Math.floor(Date.now() / 1000);
    this.#database.prepare("DELETE FROM confirmation WHERE at < ?").run(at - KEPT_SECONDS);
    this.#database
      .prepare("INSERT OR REPLACE INTO confirmation VALUES (?, ?, ?, ?)")
      .run(docket, round, at, JSON.stringify(wanted));
    return this.find(docket, round);
  }

  #confirmation(docket: number, round: number): Confirmation | undefined {
    const row = this.#database
      .prepare("SELECT at, changes FROM confirmation WHERE docket = ? AND round = ?")
      .get(docket, round);
    return row && { at: Number(row.at), changes: JSON.parse(String(row.changes)) };
  }

  #proposalOf(docket: Docket, { opinions, complete }: Draft): Proposal {
    const confirmation = this.#confirmation(docket.id, docket.round);
    return {
      docket: docket.id,
      round: docket.round,
      pool: docket.pool,
      items: opinions,
      digest: digestOf(opinions),
      complete,
      confirmUntil: lastMomentOf(docket),
      commitEnds: docket.commitEnds,
      confirmedAt: confirmation?.at,
      changes: changed(opinions, confirmation?.changes ?? []).changes,
    };
  }
}

function keyOf(docket: number, round: number): string {
  return `${docket}:${round}`;
}

function digestOf(opinions: readonly ItemOpinion[]): Hex {
  const seen = opinions.map(({ item, grade, reason, subject }) => [item, grade, reason ?? null, subject]);
  return `0x${createHash("sha256").update(JSON.stringify(seen)).digest("hex")}`;
}

function requireFitting({ item, grade, reason }: WantedChange, items: number): void {
  const fault =
    item >= items
      ? `There is no item ${item}.`
      : grade === 0 && reason === undefined
        ? `Item ${item} is rejected without a reason.`
        : grade > 0 && reason !== undefined
          ? `Item ${item} is accepted and has a reason to reject it.`
          : undefined;
  if (fault === undefined) return;
  throw new HttpRefusal(400, {
    code: "bad-change",
    sentence: fault,
    next: "Give each rejected item a reason from the list, and accepted ones none.",
  });
}

/** Opinions with a person's changes, and those of the changes that differ from what is proposed. */
function changed(
  opinions: readonly ItemOpinion[],
  wanted: readonly WantedChange[],
): { opinions: ItemOpinion[]; changes: GradeChange[] } {
  const changes: GradeChange[] = [];
  const result = opinions.map((opinion): ItemOpinion => {
    const change = wanted.find(({ item }) => item === opinion.item);
    const { grade, reason, ...rest } = opinion;
    if (change === undefined || (change.grade === grade && change.reason === reason)) return opinion;
    const set = {
      grade: change.grade,
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    };
    changes.push({
      ...set,
      item: opinion.item,
      proposed: { grade, ...(reason === undefined ? {} : { reason }) },
      ...(change.note === undefined || change.note === "" ? {} : { note: change.note }),
    });
    return { ...rest, ...set };
  });
  return { opinions: result, changes };
}
