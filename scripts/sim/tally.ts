import type { Grade } from "../../sdk/src/grades.ts";
import type { VoterOutcome } from "../../sdk/src/settlement.ts";
import type { Behaviour } from "./seats.ts";
import type { ContributorKind, File } from "./world.ts";

/** Ids of appeals' dockets begin here. */
export const FIRST_APPEAL = 2 ** 39;

/** Submissions of so many files or fewer are counted apart: their appeals are worth less. */
export const SMALL = 2;

/** Sums over the draws of one kind of seat. A draw is one seat in one committee. */
export type SeatSums = {
  draws: number;
  files: number;
  appealDraws: number;
  paidWei: bigint;
  penaltyWei: bigint;
  /** Fees less penalties in appeals. */
  appealNetWei: bigint;
  incoherent: number;
  appealIncoherent: number;
  absent: number;
};

/** Sums over the files of one kind of contributor. */
export type FileSums = {
  files: number;
  accepted: number;
  copies: number;
  copiesPaid: number;
  rewardWei: bigint;
  bountyWei: bigint;
  bondsLostWei: bigint;
};

/** Sums over verdicts, before appeals or at the end, without copies: those are no matter of judgement. */
export type ErrorSums = {
  files: number;
  bad: number;
  falseAccept: number;
  falseReject: number;
  wrongGrade: number;
  /** Good files of submissions of one or two files, and those of them that are rejected. */
  smallGood: number;
  smallFalseReject: number;
  /** Verdicts on acceptance that the ring's lies turned. */
  corrupted: number;
};

/** Sums over the appeals of one kind of appellant. */
export type AppealSums = {
  appeals: number;
  second: number;
  changed: number;
  /** Of submissions of one or two files. */
  small: number;
  smallChanged: number;
  valueWei: bigint;
  bondsLostWei: bigint;
};

/** Who appeals. */
export type Appellant = ContributorKind | "owner";

const behaviours = ["honest", "lazyAccept", "lazyPrior", "lazyCopy", "ring"] as const;
const kinds = ["honest", "sybil", "ring"] as const;

/** Everything counted while a world is simulated. */
export class Tally {
  readonly seats = record(
    behaviours,
    (): SeatSums => ({
      draws: 0,
      files: 0,
      appealDraws: 0,
      paidWei: 0n,
      penaltyWei: 0n,
      appealNetWei: 0n,
      incoherent: 0,
      appealIncoherent: 0,
      absent: 0,
    }),
  );
  readonly files = record(
    kinds,
    (): FileSums => ({
      files: 0,
      accepted: 0,
      copies: 0,
      copiesPaid: 0,
      rewardWei: 0n,
      bountyWei: 0n,
      bondsLostWei: 0n,
    }),
  );
  readonly errors = record(
    ["first", "final"] as const,
    (): ErrorSums => ({
      files: 0,
      bad: 0,
      falseAccept: 0,
      falseReject: 0,
      wrongGrade: 0,
      smallGood: 0,
      smallFalseReject: 0,
      corrupted: 0,
    }),
  );
  readonly appeals = record(
    [...kinds, "owner"] as const,
    (): AppealSums => ({
      appeals: 0,
      second: 0,
      changed: 0,
      small: 0,
      smallChanged: 0,
      valueWei: 0n,
      bondsLostWei: 0n,
    }),
  );
  dockets = 0;
  rounds = 0;
  delaySeconds = 0;
  promisedFeesWei = 0n;
  appealFeesWei = 0n;
  /** Rewards for files that the guidelines would have rejected, copies included. */
  wastedWei = 0n;
  finderWei = 0n;

  vote(behaviour: Behaviour, voter: VoterOutcome, items: number, docket: number): void {
    const sums = this.seats[behaviour];
    const appeal = docket >= FIRST_APPEAL;
    sums.draws += voter.draws;
    sums.files += voter.draws * items;
    sums.paidWei += voter.paidWei;
    sums.penaltyWei += voter.penaltyWei;
    if (appeal) sums.appealDraws += voter.draws;
    if (appeal) sums.appealNetWei += voter.paidWei - voter.penaltyWei;
    if (voter.outcome === "absent") sums.absent += voter.draws;
    if (voter.outcome !== "incoherent") return;
    sums.incoherent += voter.draws;
    if (appeal) sums.appealIncoherent += voter.draws;
  }

  verdict(stage: "first" | "final", file: File, grade: Grade, sincere: Grade, small: boolean): void {
    if (file.copy) return;
    const sums = this.errors[stage];
    const accepted = grade > 0;
    const good = file.truth > 0;
    sums.files += 1;
    if (!good) sums.bad += 1;
    if (accepted && !good) sums.falseAccept += 1;
    if (!accepted && good) sums.falseReject += 1;
    if (small && good) sums.smallGood += 1;
    if (small && !accepted && good) sums.smallFalseReject += 1;
    if (grade !== file.truth) sums.wrongGrade += 1;
    if (accepted !== sincere > 0) sums.corrupted += 1;
  }
}

function record<K extends string, V>(keys: readonly K[], make: () => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<K, V>;
}
