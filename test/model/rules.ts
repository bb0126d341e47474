import type { PoolRules, Rules } from "./reference/parameters.ts";

const OPEN = 10n ** 18n;

function pool(rules: Partial<PoolRules>): PoolRules {
  return {
    collectSeconds: 600,
    commitSeconds: 3_600,
    revealSeconds: 3_600,
    appealSeconds: 7_200,
    committeeSize: 3,
    toleranceBps: 2_000,
    incoherentPenaltyBps: 50,
    absentPenaltyBps: 200,
    ...rules,
  };
}

/** Numbers that let a sequence of a hundred steps reach every corner: short windows, small quotas, harsh penalties. */
export const rules: Rules = {
  limits: { filesPerSubmission: 20, filesPerDay: 40, bytesPerDay: 30_000 },
  pools: [
    pool({}),
    pool({ committeeSize: 5, toleranceBps: 0 }),
    // Two silences, and a seat is not backed any more.
    pool({ committeeSize: 4, absentPenaltyBps: 5_000, incoherentPenaltyBps: 1_200, toleranceBps: 3_333 }),
    pool({ toleranceBps: 0 }),
  ],
  seats: { seatWei: 1_000n * OPEN, seatsPerAddress: 8, thawSeconds: 40_000 },
  training: {
    leaseSeconds: 1_800,
    bondWei: 500n * OPEN,
    checkFeeWei: 10n * OPEN,
    expiredLeasePenaltyBps: 1_000,
    maxAttempts: 2,
  },
  appeals: { bondWei: 10n * OPEN, feeWei: 5n * OPEN },
  contributors: { rotationSeconds: 5_000, finderBps: 5_000 },
  usage: {
    protocolBps: 1_000,
    ownerBps: 2_000,
    poolBps: 2_000,
    receiptSeconds: 86_400,
    withdrawSeconds: 259_200,
    activationSeconds: 172_800,
    rootBondWei: 500n * OPEN,
    challengeFeeWei: 10n * OPEN,
  },
};
