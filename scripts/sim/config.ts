import { parseEther } from "viem";
import { productionParameters } from "../deploy/parameters.ts";

/** The rules of one simulated pool and Datanet. Amounts in wei, penalties and shares in basis points. */
export type Rules = {
  committeeSize: number;
  toleranceBps: number;
  incoherentPenaltyBps: number;
  absentPenaltyBps: number;
  collectSeconds: number;
  commitSeconds: number;
  revealSeconds: number;
  seatWei: bigint;
  /** Rounds of appeal: 0, 1 or 2. */
  appealRounds: number;
  appealSeconds: number;
  /** For each member of an appeal's committee. */
  appealBondWei: bigint;
  appealFeeWei: bigint;
  /**
   * What gives the bond back: any other grade, as the court has it, or a verdict that the new one contradicts in the
   * sense in which a vote contradicts a verdict. The second is here to be compared.
   */
  bondBack: "anyGrade" | "contradiction";
  finderBps: number;
  /** Of the Datanet: for each point, and for each file judged. */
  rewardWei: bigint;
  itemFeeWei: bigint;
};

/**
 * What the colluding ring does with its seats. "boost" gives the ring's own files the best grade in every docket;
 * "censor" rejects every honest contributor's file in every docket; "opportunist" does both, but only where the ring
 * holds more than half of the drawn seats, which it sees before it votes, and judges honestly elsewhere.
 */
type RingStrategy = "boost" | "censor" | "opportunist";

/** Who takes part, and how well each sees. Qualities are in grades: 1.3 is a fair file near the lower edge. */
export type Actors = {
  submissions: number;
  submissionsPerHour: number;
  seats: number;
  seatsPerHolder: number;
  /** Shares of the seats; the others are honest. */
  ringShare: number;
  lazyShare: number;
  ringStrategy: RingStrategy;
  /** Shares of the submissions; the others come from honest contributors. */
  sybilSubmissions: number;
  ringSubmissions: number;
  /** Share of the sybils' files that are another's accepted file, byte for byte. */
  copyShare: number;
  /** How far a voter's view of a file lies from its quality: alone, and together with all others. */
  noise: number;
  sharedNoise: number;
  /** How often a drawn voter misses a vote. */
  absence: { honest: number; lazy: number; ring: number };
  /** How far a contributor's view of the own work lies from its quality, how much too high, and how it is weighed. */
  beliefNoise: number;
  optimism: number;
  selfTrust: number;
  /** Share of the submissions that the Datanet's owner looks at. */
  auditShare: number;
  /** What an appeal costs in gas and attention, in OPEN. */
  appealCost: number;
  /** Mean time until somebody looks at a verdict. */
  reactionHours: number;
  /** What a proof of a duplicate costs a finder: anything between these, in OPEN. */
  proofCost: readonly [number, number];
  /** How often the farm itself is the first finder of its copy. */
  selfFindShare: number;
  /** What the appeal pot holds at the start. */
  potWei: bigint;
};

/** One world to simulate. */
export type Config = { rules: Rules; actors: Actors };

const [text] = productionParameters.poolRules;

/** The rules that a public chain starts with, for text; the Datanet's two prices are those of the demo. */
export const defaultRules: Rules = {
  committeeSize: text.committeeSize,
  toleranceBps: text.toleranceBps,
  incoherentPenaltyBps: text.incoherentPenaltyBps,
  absentPenaltyBps: text.absentPenaltyBps,
  collectSeconds: text.collectSeconds,
  commitSeconds: text.commitSeconds,
  revealSeconds: text.revealSeconds,
  seatWei: productionParameters.seatRules.seatWei,
  appealRounds: 2,
  appealSeconds: text.appealSeconds,
  appealBondWei: productionParameters.appealRules.bondWei,
  appealFeeWei: productionParameters.appealRules.feeWei,
  bondBack: "anyGrade",
  finderBps: productionParameters.contributorRules.finderBps,
  rewardWei: parseEther("1"),
  itemFeeWei: parseEther("0.25"),
};

/** A lively Datanet with every kind of actor; the ring holds a fifth of the seats, the lazy another fifth. */
export const defaultActors: Actors = {
  submissions: 10_000,
  submissionsPerHour: 15,
  seats: 200,
  seatsPerHolder: 2,
  ringShare: 0.2,
  lazyShare: 0.2,
  ringStrategy: "opportunist",
  sybilSubmissions: 0.15,
  ringSubmissions: 0.08,
  copyShare: 0.2,
  noise: 0.35,
  sharedNoise: 0.15,
  absence: { honest: 0.01, lazy: 0.03, ring: 0.005 },
  beliefNoise: 0.4,
  optimism: 0.1,
  selfTrust: 0.5,
  auditShare: 0.3,
  appealCost: 0.5,
  reactionHours: 12,
  proofCost: [0.02, 0.2],
  selfFindShare: 0.5,
  potWei: 0n,
};

/** The most members of an appeal's committee: a set of draws is 32 bits, the last of them unused. */
const MAX_APPEAL_COMMITTEE = 31;

/** How many seats an appeal against a committee of `size` asks for. */
export function appealCommitteeSize(size: number): number {
  return Math.min(2 * size + 1, MAX_APPEAL_COMMITTEE);
}
