/**
 * The tables of the index, and with them its GraphQL. Words are those of the contracts.
 *
 * Amounts, times (seconds of chain time), losses and digests come as the chain holds them. A number that a stranger may
 * choose freely (a deadline, a step) is a `bigint`, since one that fits no 32-bit column would stop the index for everybody.
 * What time alone changes (committing to revealing) is not stored: the deadlines are, and the reader compares.
 */
import { index, onchainEnum, onchainTable, relations } from "ponder";

/** COLLECTING, DRAWING (closed, waiting for its seed), DRAWN (committing until `commitEnds`, revealing until `revealEnds`), SETTLED. */
export const docketPhase = onchainEnum("docketPhase", ["COLLECTING", "DRAWING", "DRAWN", "SETTLED"]);
/** JUDGING until the docket has a verdict, SETTLED until somebody finalizes it, FINALIZED once it is paid. */
export const submissionState = onchainEnum("submissionState", ["JUDGING", "SETTLED", "FINALIZED"]);
export const fileState = onchainEnum("fileState", ["JUDGING", "ACCEPTED", "REJECTED"]);
export const jobStatus = onchainEnum("jobStatus", ["OPEN", "LEASED", "ATTESTED", "ACCEPTED", "CANCELLED"]);
export const attestationState = onchainEnum("attestationState", [
  "JUDGING",
  "SETTLED",
  "ACCEPTED",
  "REJECTED",
]);
/** What an amount was paid for. */
export const paymentKind = onchainEnum("paymentKind", ["DATA", "VOTE", "TRAINING", "REFUND"]);
export const eventKind = onchainEnum("eventKind", [
  "DATANET_CREATED",
  "DATANET_FUNDED",
  "SUBMITTED",
  "FINALIZED",
  "DOCKET_CLOSED",
  "DOCKET_DRAWN",
  "COMMITTED",
  "REVEALED",
  "DOCKET_SETTLED",
  "NO_QUORUM",
  "STAKED",
  "UNSTAKED",
  "SLASHED",
  "JOB_POSTED",
  "JOB_CLAIMED",
  "LEASE_EXPIRED",
  "ATTESTED",
  "JOB_ACCEPTED",
  "ATTESTATION_REJECTED",
  "JOB_CANCELLED",
  "RELEASED",
  "CLAIMED",
]);

/** A pool of validators with its rules in force; ids are TEXT 0, IMAGE 1, AUDIO 2, COMPUTE 3. */
export const pool = onchainTable("pool", (t) => ({
  id: t.integer().primaryKey(),
  seats: t.integer().notNull(),
  /** The pool's change counter. */
  moment: t.bigint().notNull(),
  collectSeconds: t.integer(),
  commitSeconds: t.integer(),
  revealSeconds: t.integer(),
  committeeSize: t.integer(),
  toleranceBps: t.integer(),
  incoherentPenaltyBps: t.integer(),
  absentPenaltyBps: t.integer(),
}));

export const datanet = onchainTable("datanet", (t) => ({
  id: t.integer().primaryKey(),
  owner: t.hex().notNull(),
  pool: t.integer().notNull(),
  name: t.text().notNull(),
  licence: t.text().notNull(),
  guidelines: t.text().notNull(),
  open: t.boolean().notNull(),
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
  /** Paid to contributors. */
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
    docket: t.integer().notNull(),
    /** Item of the docket at which the first file stands. */
    position: t.integer().notNull(),
    files: t.integer().notNull(),
    sizeBytes: t.bigint().notNull(),
    manifestDigest: t.hex().notNull(),
    state: submissionState().notNull(),
    /** Two bits a file, file 0 lowest; known from the verdict on. */
    grades: t.bigint(),
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
    docket: t.integer().notNull(),
    /** Item of the docket. */
    position: t.integer().notNull(),
    state: fileState().notNull(),
    /** 0 reject, 1 fair, 2 good, 3 excellent. */
    grade: t.integer(),
    /** Reason code that most rejecting voters gave. */
    reason: t.integer(),
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

export const docket = onchainTable(
  "docket",
  (t) => ({
    id: t.integer().primaryKey(),
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
    /** Roots of the submissions in it, in their order. */
    roots: t.hex().array().notNull(),
    /** Ids of the attestations in it. */
    attestations: t.text().array().notNull(),
  }),
  (table) => ({ poolIndex: index().on(table.pool), phaseIndex: index().on(table.phase) }),
);

/** One voter's part in one round of a docket; made when the committee is drawn. */
export const vote = onchainTable(
  "vote",
  (t) => ({
    /** `docket-round-voter` */
    id: t.text().primaryKey(),
    docket: t.integer().notNull(),
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

/** What an address has earned and taken home, over everything. */
export const account = onchainTable("account", (t) => ({
  address: t.hex().primaryKey(),
  earnedWei: t.bigint().notNull(),
  claimedWei: t.bigint().notNull(),
}));

/** An amount that an address earned. */
export const payment = onchainTable(
  "payment",
  (t) => ({
    id: t.text().primaryKey(),
    kind: paymentKind().notNull(),
    account: t.hex().notNull(),
    amountWei: t.bigint().notNull(),
    datanet: t.integer(),
    docket: t.integer(),
    job: t.integer(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** An amount that left the Vault for the address that had earned it. */
export const claim = onchainTable(
  "claim",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.hex().notNull(),
    amountWei: t.bigint().notNull(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** An amount that left the Vault because its depositor took it back. */
export const withdrawal = onchainTable("withdrawal", (t) => ({
  /** `transaction-logIndex` */
  id: t.text().primaryKey(),
  controller: t.hex().notNull(),
  to: t.hex().notNull(),
  amountWei: t.bigint().notNull(),
  datanet: t.integer(),
  time: t.bigint().notNull(),
  transaction: t.hex().notNull(),
}));

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
    docket: t.integer(),
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
    docket: t.integer().notNull(),
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

/** What happened, newest last: facts only, the page writes the sentence. Ordered by `id`. */
export const event = onchainTable(
  "event",
  (t) => ({
    id: t.text().primaryKey(),
    kind: eventKind().notNull(),
    /** The address that acted or that it happened to. */
    account: t.hex(),
    pool: t.integer(),
    datanet: t.integer(),
    root: t.hex(),
    docket: t.integer(),
    job: t.integer(),
    release: t.integer(),
    amountWei: t.bigint(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({
    accountIndex: index().on(table.account),
    datanetIndex: index().on(table.datanet),
    docketIndex: index().on(table.docket),
    jobIndex: index().on(table.job),
  }),
);

export const poolRelations = relations(pool, ({ many }) => ({
  datanetList: many(datanet),
  docketList: many(docket),
  validatorList: many(validator),
}));

export const datanetRelations = relations(datanet, ({ one, many }) => ({
  poolRow: one(pool, { fields: [datanet.pool], references: [pool.id] }),
  submissionList: many(submission),
  fileList: many(file),
  standingList: many(standing),
}));

export const submissionRelations = relations(submission, ({ one, many }) => ({
  datanetRow: one(datanet, { fields: [submission.datanet], references: [datanet.id] }),
  docketRow: one(docket, { fields: [submission.docket], references: [docket.id] }),
  fileList: many(file),
}));

export const fileRelations = relations(file, ({ one }) => ({
  submission: one(submission, { fields: [file.root], references: [submission.root] }),
  datanetRow: one(datanet, { fields: [file.datanet], references: [datanet.id] }),
  docketRow: one(docket, { fields: [file.docket], references: [docket.id] }),
}));

export const docketRelations = relations(docket, ({ one, many }) => ({
  poolRow: one(pool, { fields: [docket.pool], references: [pool.id] }),
  submissionList: many(submission),
  fileList: many(file),
  voteList: many(vote),
  attestationList: many(attestation),
}));

export const voteRelations = relations(vote, ({ one }) => ({
  docketRow: one(docket, { fields: [vote.docket], references: [docket.id] }),
  validatorRow: one(validator, { fields: [vote.validator], references: [validator.id] }),
}));

export const validatorRelations = relations(validator, ({ one, many }) => ({
  poolRow: one(pool, { fields: [validator.pool], references: [pool.id] }),
  accountRow: one(account, { fields: [validator.holder], references: [account.address] }),
  voteList: many(vote),
}));

export const standingRelations = relations(standing, ({ one }) => ({
  datanetRow: one(datanet, { fields: [standing.datanet], references: [datanet.id] }),
  accountRow: one(account, { fields: [standing.contributor], references: [account.address] }),
}));

export const accountRelations = relations(account, ({ many }) => ({
  standingList: many(standing),
  paymentList: many(payment),
  claimList: many(claim),
  validatorList: many(validator),
}));

export const paymentRelations = relations(payment, ({ one }) => ({
  accountRow: one(account, { fields: [payment.account], references: [account.address] }),
}));

export const claimRelations = relations(claim, ({ one }) => ({
  accountRow: one(account, { fields: [claim.account], references: [account.address] }),
}));

export const trainerRelations = relations(trainer, ({ one, many }) => ({
  stake: one(validator, { fields: [trainer.validator], references: [validator.id] }),
  jobList: many(job),
}));

export const jobRelations = relations(job, ({ one, many }) => ({
  base: one(base, { fields: [job.baseDigest], references: [base.digest] }),
  trainerRow: one(trainer, { fields: [job.trainer], references: [trainer.address] }),
  attestationRow: one(attestation, { fields: [job.attestation], references: [attestation.id] }),
  docketRow: one(docket, { fields: [job.docket], references: [docket.id] }),
  releaseRow: one(release, { fields: [job.release], references: [release.id] }),
  heartbeatList: many(heartbeat),
  attestationList: many(attestation),
}));

export const heartbeatRelations = relations(heartbeat, ({ one }) => ({
  jobRow: one(job, { fields: [heartbeat.job], references: [job.id] }),
}));

export const attestationRelations = relations(attestation, ({ one }) => ({
  jobRow: one(job, { fields: [attestation.job], references: [job.id] }),
  docketRow: one(docket, { fields: [attestation.docket], references: [docket.id] }),
}));

export const modelRelations = relations(model, ({ many }) => ({ releaseList: many(release) }));

export const releaseRelations = relations(release, ({ one }) => ({
  modelRow: one(model, { fields: [release.model], references: [model.id] }),
  jobRow: one(job, { fields: [release.job], references: [job.id] }),
  base: one(base, { fields: [release.baseDigest], references: [base.digest] }),
}));
