/** The numbers that a deployment starts with, those of judging and appeals as docs/protocol/economics.md finds them. Governance changes the protocol's later in the Parameters contract, its own in the Governor and the Timelock. */
import { parseEther } from "viem";

/** Equal to the structs of `IParameters`. */
export type InitialParameters = {
  /** Blocks between closing a docket and the block that seeds its committee. */
  seedDelayBlocks: number;
  /** Seconds between closing a docket and the drand round that seeds its committee, where drand does. */
  drandMarginSeconds: number;
  submissionLimits: { filesPerSubmission: number; filesPerDay: number; bytesPerDay: number };
  /** TEXT, IMAGE, AUDIO, COMPUTE. */
  poolRules: readonly [PoolRules, PoolRules, PoolRules, PoolRules];
  seatRules: { seatWei: bigint; seatsPerAddress: number; thawSeconds: number };
  trainingRules: {
    leaseSeconds: number;
    bondWei: bigint;
    checkFeeWei: bigint;
    expiredLeasePenaltyBps: number;
    maxAttempts: number;
  };
  appealRules: { bondWei: bigint; feeWei: bigint };
  contributorRules: { rotationSeconds: number; finderBps: number };
  usageRules: {
    protocolBps: number;
    ownerBps: number;
    poolBps: number;
    receiptSeconds: number;
    withdrawSeconds: number;
    activationSeconds: number;
    rootBondWei: bigint;
    challengeFeeWei: bigint;
  };
  governorRules: {
    votingDelaySeconds: number;
    votingPeriodSeconds: number;
    proposalThresholdWei: bigint;
    quorumPercent: number;
    lateQuorumSeconds: number;
  };
  /** How long a decision waits before anybody carries it out. */
  timelockSeconds: number;
};

type PoolRules = {
  collectSeconds: number;
  commitSeconds: number;
  revealSeconds: number;
  appealSeconds: number;
  committeeSize: number;
  toleranceBps: number;
  incoherentPenaltyBps: number;
  absentPenaltyBps: number;
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const submissionLimits = {
  filesPerSubmission: 20, // A day's files fit in one signature.
  filesPerDay: 20, // A person can make twenty good files a day; a farm gains nothing by making more.
  bytesPerDay: 10 * 1024 * 1024, // Validators of one docket download at most a few hundred megabytes.
};

const judging = {
  toleranceBps: 2_000, // Punishes 2 of 100 honest votes in an ordinary docket, and 55 or more of 100 given by habit.
  incoherentPenaltyBps: 50, // The smallest penalty at which every lazy habit loses money; a larger one feeds a ring.
  absentPenaltyBps: 200, // Four times a mistake: silence must never be the cheaper way.
};

const data: PoolRules = {
  ...judging,
  collectSeconds: 1 * hour, // Dockets fill in the busy hours, and nobody waits longer than this for one to close.
  commitSeconds: 6 * hour, // A validator's machine may be down for an afternoon without missing a vote.
  revealSeconds: 6 * hour, // As long as committing: the same outage must not cost more in one phase than in the other.
  appealSeconds: 2 * day, // Repairs five of six verdicts that a ring turned; a third day repairs no more.
  committeeSize: 5, // With appeals it errs less than 7 without; 3 wait for whoever is absent. The gas of five votes is shared by 128 files.
};

const compute: PoolRules = {
  ...data,
  collectSeconds: 10 * minute, // Attestations are few and a trainer waits for the pay.
  appealSeconds: 12 * hour, // Poster and trainer watch the chain with machines, and a trainer waits for the pay.
  committeeSize: 3, // Replaying a training segment is dear, and its result is not a matter of taste.
  toleranceBps: 0, // A replay agrees or it does not.
};

/** What a public chain starts with. */
export const productionParameters: InitialParameters = {
  drandMarginSeconds: 60, // Twice the least: a sequencer may date a block back by half a minute and still learn nothing.
  seedDelayBlocks: 4, // The proposers of four blocks ahead cannot all be the one who closes the docket.
  submissionLimits,
  poolRules: [data, data, data, compute],
  seatRules: {
    seatWei: parseEther("1000"), // The stake behind one vote: two thousand times the fee of a typical file.
    seatsPerAddress: 64, // One address cannot hold a pool alone.
    thawSeconds: 7 * day, // Outlasts collecting, judging and two appeals, with 36 hours to spare.
  },
  trainingRules: {
    leaseSeconds: 1 * hour, // A heartbeat comes every few minutes; an hour forgives a restart.
    bondWei: parseEther("500"), // Half a seat: a made-up attestation costs more than a small job pays.
    checkFeeWei: parseEther("10"), // Pays three COMPUTE voters for a replay each.
    expiredLeasePenaltyBps: 1_000, // A tenth of the bond: sitting on a job is not free, a crash is not ruin.
    maxAttempts: 5, // After five failed trainers the specification is at fault: the poster takes the money back.
  },
  appealRules: {
    bondWei: parseEther("2"), // Eleven members: 22 OPEN. A person with one rejected file can still afford to be right.
    feeWei: parseEther("0.2"), // A tenth: nine appeals of ten get their bond back, so that the tenth pays for all.
  },
  contributorRules: {
    rotationSeconds: 3 * day, // A stolen key cannot take a score over a weekend without its owner noticing.
    finderBps: 1_000, // Nearly every copy is worth a proof; more would only pay farms for finding their own copies.
  },
  usageRules: {
    protocolBps: 1_000, // A tenth to the treasury, which pays for the community's grants.
    ownerBps: 2_000, // A fifth to whoever paid for the training.
    poolBps: 2_000, // A fifth to those who staked behind the server; half is left to the contributors of the data.
    receiptSeconds: 1 * day, // A server that was down for a night still redeems.
    withdrawSeconds: 3 * day, // Two days longer than a receipt lives: no deposit leaves before its last receipt.
    activationSeconds: 2 * day, // Anybody can recompute a root and challenge it before it pays.
    rootBondWei: parseEther("500"), // Half a seat, as for an attestation: what a made-up root costs.
    challengeFeeWei: parseEther("10"), // Pays three COMPUTE voters, as an attestation does.
  },
  // From proposal to execution at least 9 days pass: whoever disagrees leaves with their stake (thawSeconds) before.
  governorRules: {
    votingDelaySeconds: 1 * day, // Time to notice a proposal and to delegate before balances are counted.
    votingPeriodSeconds: 5 * day, // Holds a weekend and three working days, wherever a voter lives.
    proposalThresholdWei: parseEther("1000000"), // A thousandth of the supply: a farm of proposals is dear, a group of holders is enough.
    quorumPercent: 4, // Forty million OPEN, the share that Compound and Uniswap ask: in reach while little circulates, dear to buy.
    lateQuorumSeconds: 2 * day, // Votes thrown in at the last minute can be answered.
  },
  timelockSeconds: 3 * day, // Contributors claim, and users take back their deposits, before a decision holds.
};

const localData: PoolRules = {
  ...data,
  collectSeconds: 4, // Long enough for a demo's submissions to share dockets.
  commitSeconds: 16, // Seven validators on one busy two-core machine judge forty files in this.
  revealSeconds: 10, // Revealing needs one transaction of each voter; the docket settles once all have revealed.
  appealSeconds: 6, // Time to click; a demo's contributor sees the pay soon after the verdict.
};

/** What a local chain starts with: the same rules, with windows of seconds. */
export const localParameters: InitialParameters = {
  drandMarginSeconds: 30, // The least that the contract takes.
  seedDelayBlocks: 2, // The next block but one: still unknown when the docket closes.
  submissionLimits,
  poolRules: [
    localData,
    localData,
    localData,
    {
      ...compute,
      collectSeconds: 3, // One attestation a demo: waiting for others is pointless.
      commitSeconds: 32, // Checkers replay a segment and evaluate the adapter with a worker that is warm.
      revealSeconds: 12, // The checkers' machines are busy: a little longer than for data.
      appealSeconds: 6, // As for data.
    },
  ],
  seatRules: {
    ...productionParameters.seatRules,
    thawSeconds: 150, // Leaving can be seen within a demo, and still outlasts judging COMPUTE three times, with both appeals.
  },
  trainingRules: {
    ...productionParameters.trainingRules,
    leaseSeconds: 60, // A killed trainer's job opens again within a minute.
  },
  appealRules: productionParameters.appealRules,
  contributorRules: {
    ...productionParameters.contributorRules,
    rotationSeconds: 60, // The shortest that the contract allows.
  },
  usageRules: {
    ...productionParameters.usageRules,
    receiptSeconds: 120, // A chat's receipts are redeemed every few seconds.
    withdrawSeconds: 180, // A minute longer than a receipt lives.
    activationSeconds: 10, // A root that nobody challenged pays within the demo.
  },
  governorRules: {
    ...productionParameters.governorRules,
    votingDelaySeconds: 2, // One block and one more: a proposal and its vote fit in a demonstration.
    votingPeriodSeconds: 20,
    lateQuorumSeconds: 5,
  },
  timelockSeconds: 5,
};

/** A part of the supply, and how it is released. */
type Allocation = {
  amountWei: bigint;
  /** Even release over this time; absent for what circulates from the first day. */
  vesting?: { durationSeconds: number; cliffSeconds: number };
};

const year = 365 * day;

/** The allocation of 1,000,000,000 OPEN, on every chain the same. */
export const allocations = {
  community: {
    amountWei: parseEther("517100000"), // 51.71 %: who contribute and judge own the larger half.
    // No cliff: Datanets are funded from the first day, and a steady flow over four years cannot be spent at once.
    vesting: { durationSeconds: 4 * year, cliffSeconds: 0 },
  },
  investors: {
    amountWei: parseEther("182900000"), // 18.29 %
    // Four years after a first one without anything, as the team's: nobody inside leaves before the other.
    vesting: { durationSeconds: 4 * year, cliffSeconds: 1 * year },
  },
  team: {
    amountWei: parseEther("150000000"), // 15 %
    // The usual employment grant: who leaves in the first year takes nothing, and four years outlast a launch.
    vesting: { durationSeconds: 4 * year, cliffSeconds: 1 * year },
  },
  ecosystem: {
    amountWei: parseEther("100000000"), // 10 %
    // Grants and integrations begin with the protocol, and last as long as the community's part.
    vesting: { durationSeconds: 4 * year, cliffSeconds: 0 },
  },
  liquidity: {
    amountWei: parseEther("50000000"), // 5 %, at once: without OPEN that moves nobody could stake or post a job.
  },
} as const satisfies Record<string, Allocation>;
