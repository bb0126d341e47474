import type { Job } from "@openledger/sdk/client/readJob";
import { formatEther } from "viem";

/** What the worker expects a job to take on this machine. */
export interface Estimate {
  /** Of the whole run; null for an impossible one. */
  seconds: number | null;
  tokens: number;
  steps: number;
  peakBytes: number;
  /** Memory that was free when it was estimated. */
  freeBytes: number;
  /** Why this machine cannot do it; null when it can. */
  impossible: string | null;
}

/** Whether a job cannot be done for lack of memory that was free at that moment. */
export function lacksMemory({ impossible, peakBytes, freeBytes }: Estimate): boolean {
  return impossible !== null && peakBytes > freeBytes;
}

/** The share of the time that is kept for publishing, for an attestation, and for an estimate that was too low. */
const MARGIN = 1.5;

/**
 * Why a job is better left alone, in a sentence; undefined for one that can be done, in time, and that pays.
 *
 * @param weiPerMillionTokens What this node wants for a million tokens of training.
 * @param now Chain time in seconds.
 */
export function refusalOf(
  { seconds, tokens, impossible }: Estimate,
  job: Pick<Job, "priceWei" | "deadline">,
  weiPerMillionTokens: bigint,
  now: number,
): string | undefined {
  if (impossible !== null) return impossible;
  const left = job.deadline - now;
  if (seconds !== null && seconds * MARGIN > left)
    return `It takes about ${Math.round(seconds)} seconds here, and ${left} are left until its deadline.`;
  const costWei = (BigInt(tokens) * weiPerMillionTokens) / 1_000_000n;
  if (job.priceWei < costWei)
    return `It pays ${formatEther(job.priceWei)} OPEN; its ${tokens} tokens cost ${formatEther(costWei)} here.`;
  return undefined;
}
