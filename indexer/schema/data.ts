/** Datanets, what was submitted to them, and who stands where. */
import { index, onchainTable } from "ponder";
import { fileState, submissionState } from "./enums.ts";

export const datanet = onchainTable("datanet", (t) => ({
  id: t.integer().primaryKey(),
  owner: t.hex().notNull(),
  pool: t.integer().notNull(),
  name: t.text().notNull(),
  licence: t.text().notNull(),
  guidelines: t.text().notNull(),
  open: t.boolean().notNull(),
  /** The number of the terms (licence and guidelines) that a submission signs now. */
  terms: t.integer().notNull(),
  /** Merkle root of those who may submit; absent when everybody may. */
  contributorList: t.hex(),
  rewardWei: t.bigint().notNull(),
  feeWei: t.bigint().notNull(),
  versionCount: t.integer().notNull(),
  versionHead: t.hex().notNull(),
  /** Everything ever deposited. */
  fundedWei: t.bigint().notNull(),
  /** What the owner may still take back or submissions may still reserve. */
  availableWei: t.bigint().notNull(),
  /** Kept for submissions that are not finalized. */
  reservedWei: t.bigint().notNull(),
  /** Paid to contributors, and to the finders of duplicates. */
  paidWei: t.bigint().notNull(),
  submissions: t.integer().notNull(),
  filesPending: t.integer().notNull(),
  filesAccepted: t.integer().notNull(),
  filesRejected: t.integer().notNull(),
  contributors: t.integer().notNull(),
  createdAt: t.bigint().notNull(),
}));

export const submission = onchainTable(
  "submission",
  (t) => ({
    root: t.hex().primaryKey(),
    datanet: t.integer().notNull(),
    contributor: t.hex().notNull(),
    docket: t.doublePrecision().notNull(),
    /** Item of the docket at which the first file stands. */
    position: t.integer().notNull(),
    files: t.integer().notNull(),
    sizeBytes: t.bigint().notNull(),
    /** The number of the terms under which it was signed. */
    terms: t.integer().notNull(),
    manifestDigest: t.hex().notNull(),
    state: submissionState().notNull(),
    /** Two bits a file, file 0 lowest; known from the verdict on. */
    grades: t.bigint(),
    /** The last appeal of it. */
    appeal: t.doublePrecision(),
    /** Paid at finalization. */
    rewardWei: t.bigint(),
    submittedAt: t.bigint().notNull(),
    finalizedAt: t.bigint(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
    /** The Datanet's version that this submission made; absent when no file was accepted. */
    versionCount: t.integer(),
    versionHead: t.hex(),
  }),
  (table) => ({
    datanetIndex: index().on(table.datanet),
    contributorIndex: index().on(table.contributor),
    docketIndex: index().on(table.docket),
  }),
);

export const file = onchainTable(
  "file",
  (t) => ({
    /** `root-index` */
    id: t.text().primaryKey(),
    root: t.hex().notNull(),
    index: t.integer().notNull(),
    datanet: t.integer().notNull(),
    contributor: t.hex().notNull(),
    docket: t.doublePrecision().notNull(),
    /** Item of the docket. */
    position: t.integer().notNull(),
    state: fileState().notNull(),
    /** 0 reject, 1 fair, 2 good, 3 excellent. */
    grade: t.integer(),
    /** Reason code that most rejecting voters gave. */
    reason: t.integer(),
    /** The earlier file with the same bytes, `root-index`, once somebody showed it. */
    duplicateOf: t.text(),
    /** Who showed it. */
    finder: t.hex(),
    submittedAt: t.bigint().notNull(),
    judgedAt: t.bigint(),
  }),
  (table) => ({
    rootIndex: index().on(table.root),
    datanetIndex: index().on(table.datanet),
    contributorIndex: index().on(table.contributor),
    docketIndex: index().on(table.docket),
  }),
);

/** A contributor's standing in one Datanet: the leaderboard, ordered by `rank` descending. */
export const standing = onchainTable(
  "standing",
  (t) => ({
    /** `datanet-contributor` */
    id: t.text().primaryKey(),
    datanet: t.integer().notNull(),
    contributor: t.hex().notNull(),
    scoreBps: t.integer().notNull(),
    /** One number in the order of score, then days, then the earlier time. */
    rank: t.bigint().notNull(),
    submissions: t.integer().notNull(),
    judged: t.integer().notNull(),
    accepted: t.integer().notNull(),
    days: t.integer().notNull(),
    /** UTC day number of the last acceptance. */
    lastDay: t.integer().notNull(),
    points: t.bigint().notNull(),
    earnedWei: t.bigint().notNull(),
    /** When the score was last raised. */
    reachedAt: t.bigint().notNull(),
  }),
  (table) => ({
    rankIndex: index().on(table.datanet, table.rank),
    contributorIndex: index().on(table.contributor),
  }),
);

/** Keys of contributors that replaced one another. A contributor who never did has no row. */
export const contributorKey = onchainTable(
  "contributor_key",
  (t) => ({
    key: t.hex().primaryKey(),
    /** The first key of the line: score and credit stand under it. */
    identity: t.hex().notNull(),
    /** Whether a later key replaced it. */
    retired: t.boolean().notNull(),
    since: t.bigint().notNull(),
  }),
  (table) => ({ identityIndex: index().on(table.identity) }),
);
