import type { Address } from "viem";
import { refuse, type World } from "./world.ts";

export interface SubmissionLimits {
  filesPerSubmission: number;
  filesPerDay: number;
  bytesPerDay: number;
}

export interface PoolRules {
  collectSeconds: number;
  commitSeconds: number;
  revealSeconds: number;
  appealSeconds: number;
  committeeSize: number;
  toleranceBps: number;
  incoherentPenaltyBps: number;
  absentPenaltyBps: number;
}

export interface SeatRules {
  seatWei: bigint;
  seatsPerAddress: number;
  thawSeconds: number;
}

export interface TrainingRules {
  leaseSeconds: number;
  bondWei: bigint;
  checkFeeWei: bigint;
  expiredLeasePenaltyBps: number;
  maxAttempts: number;
}

export interface AppealRules {
  bondWei: bigint;
  feeWei: bigint;
}

export interface ContributorRules {
  rotationSeconds: number;
  finderBps: number;
}

interface UsageRules {
  protocolBps: number;
  ownerBps: number;
  poolBps: number;
  receiptSeconds: number;
  withdrawSeconds: number;
  activationSeconds: number;
  rootBondWei: bigint;
  challengeFeeWei: bigint;
}

export interface Rules {
  limits: SubmissionLimits;
  pools: readonly [PoolRules, PoolRules, PoolRules, PoolRules];
  seats: SeatRules;
  training: TrainingRules;
  appeals: AppealRules;
  contributors: ContributorRules;
  usage: UsageRules;
}

/** The protocol's numbers. Sequences set only what lies within the limits: those are another test's matter. */
export class ParametersModel {
  readonly world: World;
  limits: SubmissionLimits;
  pools: PoolRules[];
  seats: SeatRules;
  training: TrainingRules;
  appeals: AppealRules;
  contributors: ContributorRules;

  constructor(world: World, rules: Rules) {
    this.world = world;
    this.limits = rules.limits;
    this.pools = [...rules.pools];
    this.seats = rules.seats;
    this.training = rules.training;
    this.appeals = rules.appeals;
    this.contributors = rules.contributors;
  }

  poolRules(pool: number): PoolRules {
    return this.pools[pool] ?? refuse("UnknownPool", pool);
  }

  setSubmissionLimits(caller: Address, limits: SubmissionLimits): void {
    this.world.requireGovernor(caller);
    this.limits = limits;
    this.world.emit("parameters", "SubmissionLimitsSet", { limits });
  }

  setPoolRules(caller: Address, pool: number, rules: PoolRules): void {
    this.world.requireGovernor(caller);
    this.pools[pool] = rules;
    this.world.emit("parameters", "PoolRulesSet", { pool, rules });
  }

  setTrainingRules(caller: Address, rules: TrainingRules): void {
    this.world.requireGovernor(caller);
    this.training = rules;
    this.world.emit("parameters", "TrainingRulesSet", { rules });
  }

  setAppealRules(caller: Address, rules: AppealRules): void {
    this.world.requireGovernor(caller);
    this.appeals = rules;
    this.world.emit("parameters", "AppealRulesSet", { rules });
  }

  setContributorRules(caller: Address, rules: ContributorRules): void {
    this.world.requireGovernor(caller);
    this.contributors = rules;
    this.world.emit("parameters", "ContributorRulesSet", { rules });
  }
}
