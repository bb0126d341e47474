/** Trainers, jobs, attestations, bases, models and releases. */
import { index, onchainTable } from "ponder";
import { attestationState, jobStatus } from "./enums.ts";

export const trainer = onchainTable("trainer", (t) => ({
  address: t.hex().primaryKey(),
  /** Key of the stake in the COMPUTE pool. */
  validator: t.text().notNull(),
  /** Leases taken. */
  jobs: t.integer().notNull(),
  accepted: t.integer().notNull(),
  rejected: t.integer().notNull(),
  expired: t.integer().notNull(),
  earnedWei: t.bigint().notNull(),
  slashedWei: t.bigint().notNull(),
}));

export const job = onchainTable(
  "job",
  (t) => ({
    id: t.integer().primaryKey(),
    poster: t.hex().notNull(),
    status: jobStatus().notNull(),
    specDigest: t.hex().notNull(),
    baseDigest: t.hex().notNull(),
    /** Release that the job refines. */
    parentRelease: t.integer(),
    priceWei: t.bigint().notNull(),
    checkFeeWei: t.bigint().notNull(),
    deadline: t.bigint().notNull(),
    postedAt: t.bigint().notNull(),
    transaction: t.hex().notNull(),
    /** The present or last trainer. */
    trainer: t.hex(),
    leaseEnds: t.bigint(),
    bondWei: t.bigint(),
    /** Attestations that the court rejected. */
    attempts: t.integer().notNull(),
    leases: t.integer().notNull(),
    claimedAt: t.bigint(),
    /** From the latest heartbeat. */
    step: t.bigint(),
    lossMicronats: t.bigint(),
    transcriptHead: t.hex(),
    heartbeats: t.integer().notNull(),
    /** From the latest attestation. */
    attestation: t.text(),
    docket: t.doublePrecision(),
    position: t.integer(),
    lossBeforeMicronats: t.bigint(),
    lossAfterMicronats: t.bigint(),
    tokens: t.bigint(),
    steps: t.bigint(),
    adapterDigest: t.hex(),
    attestedAt: t.bigint(),
    paidWei: t.bigint(),
    refundedWei: t.bigint(),
    /** When the job was accepted or cancelled. */
    endedAt: t.bigint(),
    release: t.integer(),
  }),
  (table) => ({
    statusIndex: index().on(table.status),
    posterIndex: index().on(table.poster),
    trainerIndex: index().on(table.trainer),
  }),
);

export const heartbeat = onchainTable(
  "heartbeat",
  (t) => ({
    id: t.text().primaryKey(),
    job: t.integer().notNull(),
    trainer: t.hex().notNull(),
    step: t.bigint().notNull(),
    lossMicronats: t.bigint().notNull(),
    transcriptHead: t.hex().notNull(),
    leaseEnds: t.bigint().notNull(),
    time: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ jobIndex: index().on(table.job) }),
);

export const attestation = onchainTable(
  "attestation",
  (t) => ({
    /** `docket-position`: the item that the COMPUTE committee judges. */
    id: t.text().primaryKey(),
    job: t.integer().notNull(),
    trainer: t.hex().notNull(),
    docket: t.doublePrecision().notNull(),
    position: t.integer().notNull(),
    adapterDigest: t.hex().notNull(),
    transcriptHead: t.hex().notNull(),
    reportDigest: t.hex().notNull(),
    lossBeforeMicronats: t.bigint().notNull(),
    lossAfterMicronats: t.bigint().notNull(),
    tokens: t.bigint().notNull(),
    steps: t.bigint().notNull(),
    state: attestationState().notNull(),
    grade: t.integer(),
    reason: t.integer(),
    /** The last appeal of it. */
    appeal: t.doublePrecision(),
    attestedAt: t.bigint().notNull(),
    settledAt: t.bigint(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ jobIndex: index().on(table.job), docketIndex: index().on(table.docket) }),
);

export const base = onchainTable("base", (t) => ({
  digest: t.hex().primaryKey(),
  family: t.text().notNull(),
  name: t.text().notNull(),
  licence: t.text().notNull(),
  /** False once governance took it off the list. */
  listed: t.boolean().notNull(),
}));

export const model = onchainTable(
  "model",
  (t) => ({
    id: t.integer().primaryKey(),
    owner: t.hex().notNull(),
    releaseCount: t.integer().notNull(),
    latestRelease: t.integer(),
    createdAt: t.bigint().notNull(),
  }),
  (table) => ({ ownerIndex: index().on(table.owner) }),
);

export const release = onchainTable(
  "release",
  (t) => ({
    id: t.integer().primaryKey(),
    model: t.integer().notNull(),
    job: t.integer().notNull(),
    parentRelease: t.integer(),
    baseDigest: t.hex().notNull(),
    specDigest: t.hex().notNull(),
    trainer: t.hex().notNull(),
    adapterDigest: t.hex().notNull(),
    transcriptHead: t.hex().notNull(),
    reportDigest: t.hex().notNull(),
    lossBeforeMicronats: t.bigint().notNull(),
    lossAfterMicronats: t.bigint().notNull(),
    tokens: t.bigint().notNull(),
    steps: t.bigint().notNull(),
    releasedAt: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ modelIndex: index().on(table.model) }),
);
