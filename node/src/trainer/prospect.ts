import { MAX_ARTIFACT_BYTES } from "@openledger/sdk/artifact";
import type { Job } from "@openledger/sdk/client/readJob";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import { MAX_REPORT_CHECKPOINTS } from "@openledger/sdk/report";
import { formatEther } from "viem";
import { plannedCheckpoints } from "./ending.ts";

/** What the worker expects a job to take on this machine. */
export interface Estimate {
  /** Of the whole run; null for an impossible one. */
  seconds: number | null;
  tokens: number;
  steps: number;
  peakBytes: number;
  /** Memory that was free when it was estimated. */
  freeBytes: number;
  /** Values of the adapter. */
  trainableParameters: number;
  /** Why this machine cannot do it; null when it can. */
  impossible: string | null;
}

/** Whether a job cannot be done for lack of memory that was free at that moment. */
export function lacksMemory({ impossible, peakBytes, freeBytes }: Estimate): boolean {
  return impossible !== null && peakBytes > freeBytes;
}

/** The share of the time that is kept for publishing, for an attestation, and for an estimate that was too low. */
const MARGIN = 1.5;

/** A checkpoint holds the adapter and both moments of AdamW, each value in four bytes. */
const CHECKPOINT_BYTES_A_VALUE = 12;
/** Names and places of a checkpoint's tensors are shorter. */
const HEADER_BYTES = 1_048_576;

/** Why a run of a job could be made and not be attested, in a sentence; undefined for one that can. */
export function unattestable(
  { steps, trainableParameters }: Pick<Estimate, "steps" | "trainableParameters">,
  spec: JobSpec,
): string | undefined {
  const checkpoints = plannedCheckpoints(spec, steps);
  if (checkpoints > MAX_REPORT_CHECKPOINTS)
    return `Its ${steps} steps have ${checkpoints} checkpoints; a report names at most ${MAX_REPORT_CHECKPOINTS}.`;
  const bytes = trainableParameters * CHECKPOINT_BYTES_A_VALUE + HEADER_BYTES;
  if (bytes > MAX_ARTIFACT_BYTES)
    return `A checkpoint of its adapter has about ${bytes} bytes; nobody takes more than ${MAX_ARTIFACT_BYTES}.`;
  return undefined;
}

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
