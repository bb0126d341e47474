import type { Address, Client, Hex } from "viem";
import { readContract } from "viem/actions";
import { trainingAbi } from "../abi/training.ts";
import type { Addresses } from "../addresses.ts";
import type { Attestation } from "../attestation.ts";
import { eventsInRange } from "./eventsInRange.ts";

/** The statuses of a job, by the contract's number. */
export const JOB_STATUSES = ["NONE", "OPEN", "LEASED", "ATTESTED", "ACCEPTED", "CANCELLED"] as const;

/** A job's status. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job as the contract keeps it. Times are Unix seconds of chain time. */
export type Job = {
  job: number;
  status: JobStatus;
  poster: Address;
  priceWei: bigint;
  specDigest: Hex;
  /** Zero when the job refines nothing. */
  parentRelease: number;
  trainer: Address;
  leaseEnds: number;
  attempts: number;
  docket: number;
  position: number;
  deadline: number;
};

/** An attestation with the item that it is judged as. */
export type AttestedJob = {
  job: number;
  trainer: Address;
  docket: number;
  position: number;
  attestation: Attestation;
  blockNumber: bigint;
};

type Where = { addresses: Pick<Addresses, "training"> };

/**
 * One job.
 *
 * @throws ContractFunctionExecutionError `UnknownJob`.
 */
export async function readJob(client: Client, { addresses, job }: Where & { job: number }): Promise<Job> {
  const state = await readContract(client, {
    address: addresses.training,
    abi: trainingAbi,
    functionName: "jobOf",
    args: [job],
  });
  return { ...state, job, status: JOB_STATUSES[state.status] as JobStatus };
}

/** How many jobs there are; their numbers run from 1. */
export function readJobCount(client: Client, { addresses }: Where): Promise<number> {
  return readContract(client, { address: addresses.training, abi: trainingAbi, functionName: "jobCount" });
}

/** Every job, by number. */
export async function readJobs(client: Client, where: Where): Promise<Job[]> {
  const count = await readJobCount(client, where);
  return Promise.all(
    Array.from({ length: count }, (_, index) => readJob(client, { ...where, job: index + 1 })),
  );
}

/** Attestations made between two blocks, in the order of the chain; of one job, or of one docket, when asked. */
export async function readAttested(
  client: Client,
  parameters: Where & { fromBlock: bigint; toBlock: bigint; job?: number; docket?: number },
): Promise<AttestedJob[]> {
  const { addresses, fromBlock, toBlock, job, docket } = parameters;
  const events = await eventsInRange(client, {
    address: addresses.training,
    abi: trainingAbi,
    eventName: "Attested",
    ...(job === undefined ? {} : { args: { job } }),
    fromBlock,
    toBlock,
  });
  return events
    .map(({ args, blockNumber }) => ({ ...args, blockNumber }))
    .filter((attested) => docket === undefined || attested.docket === docket);
}
