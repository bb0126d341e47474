/** The numbers that a deployment starts with. Governance changes them later in the Parameters contract. */
import { parseEther } from "viem";

/** Equal to the structs of `IParameters`. */
export type InitialParameters = {
  /** Blocks between closing a docket and the block that seeds its committee. */
  seedDelayBlocks: number;
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
};

type PoolRules = {
  collectSeconds: number;
  commitSeconds: number;
  revealSeconds: number;
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
  toleranceBps: 2_000, // Honest judges differ on one file in five at most: taste is no fault.
  incoherentPenaltyBps: 50, // Half a percent of a seat: a mistake costs little.
  absentPenaltyBps: 200, // Four times a mistake: silence must never be the cheaper way.
};

const data: PoolRules = {
  ...judging,
  collectSeconds: 1 * hour, // Dockets fill in the busy hours, and nobody waits longer than this for one to close.
  commitSeconds: 6 * hour, // A validator's machine may be down for an afternoon without missing a vote.
  revealSeconds: 6 * hour, // As long as committing: the same outage must not cost more in one phase than in the other.
  committeeSize: 5, // Three colluding seats are needed, and the gas of five votes is shared by 128 files.
};

const compute: PoolRules = {
  ...data,
  collectSeconds: 10 * minute, // Attestations are few and a trainer waits for the pay.
  committeeSize: 3, // Replaying a training segment is dear, and its result is not a matter of taste.
  toleranceBps: 0, // A replay agrees or it does not.
};

/** What a public chain starts with. */
export const productionParameters: InitialParameters = {
  seedDelayBlocks: 4, // The proposers of four blocks ahead cannot all be the one who closes the docket.
  submissionLimits,
  poolRules: [data, data, data, compute],
  seatRules: {
    seatWei: parseEther("1000"), // The stake behind one vote: two thousand times the fee of a typical file.
    seatsPerAddress: 64, // One address cannot hold a pool alone.
    thawSeconds: 7 * day, // Outlasts collecting, judging and drawing again several times over.
  },
  trainingRules: {
    leaseSeconds: 1 * hour, // A heartbeat comes every few minutes; an hour forgives a restart.
    bondWei: parseEther("500"), // Half a seat: a made-up attestation costs more than a small job pays.
    checkFeeWei: parseEther("10"), // Pays three COMPUTE voters for a replay each.
    expiredLeasePenaltyBps: 1_000, // A tenth of the bond: sitting on a job is not free, a crash is not ruin.
    maxAttempts: 5, // After five failed trainers the specification is at fault: the poster takes the money back.
  },
};

const localData: PoolRules = {
  ...data,
  collectSeconds: 4, // Long enough for a demo's submissions to share dockets.
  commitSeconds: 16, // Seven validators on one busy two-core machine judge forty files in this.
  revealSeconds: 10, // Revealing needs one transaction of each voter; the docket settles once all have revealed.
};

/** What a local chain starts with: the same rules, with windows of seconds. */
export const localParameters: InitialParameters = {
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
    },
  ],
  seatRules: {
    ...productionParameters.seatRules,
    thawSeconds: 60, // Leaving can be seen within a demo, and still outlasts judging COMPUTE twice.
  },
  trainingRules: {
    ...productionParameters.trainingRules,
    leaseSeconds: 60, // A killed trainer's job opens again within a minute.
  },
};
