import type { Client } from "viem";
import { readContract } from "viem/actions";
import { parametersAbi } from "../abi/parameters.ts";
import type { Addresses } from "../addresses.ts";
import type { Pool } from "../pools.ts";
import type { SubmissionLimits } from "../quota.ts";

type Where = { addresses: Pick<Addresses, "parameters"> };

/** How a pool's dockets run. Seconds are chain time; basis points are of one seat. */
export type PoolRules = {
  collectSeconds: number;
  commitSeconds: number;
  revealSeconds: number;
  /** How long a verdict can be appealed. */
  appealSeconds: number;
  committeeSize: number;
  toleranceBps: number;
  incoherentPenaltyBps: number;
  absentPenaltyBps: number;
};

/** What a seat costs and how it is left. */
export type SeatRules = { seatWei: bigint; seatsPerAddress: number; thawSeconds: number };

/** How training jobs are leased and checked. */
export type TrainingRules = {
  leaseSeconds: number;
  bondWei: bigint;
  checkFeeWei: bigint;
  expiredLeasePenaltyBps: number;
  maxAttempts: number;
};

/** What an appeal costs and pays, for each member of its committee. */
export type AppealRules = { bondWei: bigint; feeWei: bigint };

/** What concerns contributors beyond their quota. */
export type ContributorRules = {
  /** How long a key waits to be replaced, and may cancel. */
  rotationSeconds: number;
  /** What the finder of a duplicate gets of what it would have earned. */
  finderBps: number;
};

/** How the use of models is paid; the contributors get what the three shares leave. */
export type UsageRules = {
  protocolBps: number;
  ownerBps: number;
  poolBps: number;
  receiptSeconds: number;
  withdrawSeconds: number;
  activationSeconds: number;
  rootBondWei: bigint;
  challengeFeeWei: bigint;
};

/** What one address may submit, as governance has it now. */
export function readSubmissionLimits(client: Client, { addresses }: Where): Promise<SubmissionLimits> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "submissionLimits",
  });
}

/** How a pool's dockets run now. */
export function readPoolRules(
  client: Client,
  { addresses, pool }: Where & { pool: Pool },
): Promise<PoolRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "poolRules",
    args: [pool],
  });
}

/** What a seat costs now. */
export function readSeatRules(client: Client, { addresses }: Where): Promise<SeatRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "seatRules",
  });
}

/** How jobs are leased now. */
export function readTrainingRules(client: Client, { addresses }: Where): Promise<TrainingRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "trainingRules",
  });
}

/** What an appeal costs now. */
export function readAppealRules(client: Client, { addresses }: Where): Promise<AppealRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "appealRules",
  });
}

/** How keys are replaced and finders paid now. */
export function readContributorRules(client: Client, { addresses }: Where): Promise<ContributorRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "contributorRules",
  });
}

/** How the use of models is paid now. */
export function readUsageRules(client: Client, { addresses }: Where): Promise<UsageRules> {
  return readContract(client, {
    address: addresses.parameters,
    abi: parametersAbi,
    functionName: "usageRules",
  });
}
