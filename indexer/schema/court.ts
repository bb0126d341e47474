/** Pools, dockets, votes, appeals and seats. A docket's number is a double: an appeal's has bit 39
 * set, which no GraphQL integer holds and a double holds exactly. */
import { index, onchainTable } from "ponder";
import { docketPhase } from "./enums.ts";

/** A pool of validators with its rules in force; ids are TEXT 0, IMAGE 1, AUDIO 2, COMPUTE 3. */
export const pool = onchainTable("pool", (t) => ({
  id: t.integer().primaryKey(),
  seats: t.integer().notNull(),
  /** The pool's change counter. */
  moment: t.bigint().notNull(),
  collectSeconds: t.integer(),
  commitSeconds: t.integer(),
  revealSeconds: t.integer(),
  appealSeconds: t.integer(),
  committeeSize: t.integer(),
  toleranceBps: t.integer(),
  incoherentPenaltyBps: t.integer(),
  absentPenaltyBps: t.integer(),
}));

export const docket = onchainTable(
  "docket",
  (t) => ({
    id: t.doublePrecision().primaryKey(),
    pool: t.integer().notNull(),
    round: t.integer().notNull(),
    phase: docketPhase().notNull(),
    items: t.integer().notNull(),
    feeWei: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    /** When the collecting window ends; a full docket may close earlier. */
    closesAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    seedBlock: t.bigint(),
    seed: t.bigint(),
    committeeSize: t.integer(),
    /** Seats and change counter of the pool that the committee is drawn from. */
    seats: t.integer(),
    moment: t.bigint(),
    /** Voters by draw index; a holder drawn twice stands here twice. */
    committee: t.hex().array().notNull(),
    commitEnds: t.bigint(),
    revealEnds: t.bigint(),
    /** Draws that committed and draws that revealed in this round. */
    committed: t.integer().notNull(),
    revealed: t.integer().notNull(),
    /** Two bits an item. */
    verdict: t.bigint(),
    settledAt: t.bigint(),
    /** How long its verdict can be appealed: fixed when it closed. */
    appealSeconds: t.integer(),
    /** First second at which an appeal is too late; once settled. */
    appealEnds: t.bigint(),
    /** Of an appeal: 1 or 2. */
    level: t.integer(),
    /** Roots of the submissions in it, in their order. */
    roots: t.hex().array().notNull(),
    /** Ids of the attestations in it. */
    attestations: t.text().array().notNull(),
  }),
  (table) => ({ poolIndex: index().on(table.pool), phaseIndex: index().on(table.phase) }),
);

/** Items that a larger committee judges anew. */
export const appeal = onchainTable(
  "appeal",
  (t) => ({
    /** The docket that judges it. */
    id: t.doublePrecision().primaryKey(),
    /** Where the items were judged first. */
    docket: t.doublePrecision().notNull(),
    position: t.integer().notNull(),
    items: t.integer().notNull(),
    /** 1 for a first appeal, 2 for a second. */
    level: t.integer().notNull(),
    appellant: t.hex().notNull(),
    bondWei: t.bigint().notNull(),
    feeWei: t.bigint().notNull(),
    /** Whether a grade changed, so that the bond came back; known once the appeal is settled. */
    changed: t.boolean(),
    /** What it is about: a submission, or an attestation. */
    root: t.hex(),
    attestation: t.text(),
    openedAt: t.bigint().notNull(),
    decidedAt: t.bigint(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ docketIndex: index().on(table.docket), appellantIndex: index().on(table.appellant) }),
);

/** One voter's part in one round of a docket; made when the committee is drawn. */
export const vote = onchainTable(
  "vote",
  (t) => ({
    /** `docket-round-voter` */
    id: t.text().primaryKey(),
    docket: t.doublePrecision().notNull(),
    round: t.integer().notNull(),
    pool: t.integer().notNull(),
    voter: t.hex().notNull(),
    /** `pool-voter`, the validator's key. */
    validator: t.text().notNull(),
    drawIndexes: t.integer().array().notNull(),
    commitment: t.hex(),
    committedAt: t.bigint(),
    /** Reveals of this voter; two void each other. */
    reveals: t.integer().notNull(),
    revealed: t.boolean().notNull(),
    revealedAt: t.bigint(),
    /** Two bits an item; known after the reveal. */
    word: t.bigint(),
    /** One reason byte for each rejected item. */
    reasons: t.hex(),
    /** Whether the voter was paid; known once the docket is settled. */
    coherent: t.boolean(),
    /** Its share of the fees; known once the docket is settled. */
    earnedWei: t.bigint(),
  }),
  (table) => ({ docketIndex: index().on(table.docket), voterIndex: index().on(table.voter) }),
);

/** A holder of stake in one pool. In the COMPUTE pool these are the trainers. */
export const validator = onchainTable(
  "validator",
  (t) => ({
    /** `pool-holder` */
    id: t.text().primaryKey(),
    pool: t.integer().notNull(),
    holder: t.hex().notNull(),
    activeWei: t.bigint().notNull(),
    /** The part of `activeWei` that bonds leases. */
    lockedWei: t.bigint().notNull(),
    thawingWei: t.bigint().notNull(),
    thawsAt: t.bigint().notNull(),
    seats: t.integer().notNull(),
    /** Dockets that this holder was drawn into, counted once a round. */
    drawn: t.integer().notNull(),
    commits: t.integer().notNull(),
    reveals: t.integer().notNull(),
    coherent: t.integer().notNull(),
    absences: t.integer().notNull(),
    earnedWei: t.bigint().notNull(),
    slashedWei: t.bigint().notNull(),
    since: t.bigint().notNull(),
  }),
  (table) => ({ poolIndex: index().on(table.pool), holderIndex: index().on(table.holder) }),
);

/** Who sits where now. */
export const seat = onchainTable(
  "seat",
  (t) => ({
    /** `pool-position` */
    id: t.text().primaryKey(),
    pool: t.integer().notNull(),
    position: t.integer().notNull(),
    /** Zero when nobody sits there. */
    holder: t.hex().notNull(),
    /** The pool's change counter at the last change. */
    moment: t.bigint().notNull(),
  }),
  (table) => ({ poolIndex: index().on(table.pool), holderIndex: index().on(table.holder) }),
);

/** Every change of who sits where, kept so that any committee can be recomputed. */
export const seatChange = onchainTable(
  "seat_change",
  (t) => ({
    /** `pool-position-moment` */
    id: t.text().primaryKey(),
    pool: t.integer().notNull(),
    position: t.integer().notNull(),
    moment: t.bigint().notNull(),
    /** Zero when the seat ended. */
    holder: t.hex().notNull(),
    time: t.bigint().notNull(),
  }),
  (table) => ({ positionIndex: index().on(table.pool, table.position, table.moment) }),
);
