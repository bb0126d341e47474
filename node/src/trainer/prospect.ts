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

/**
 * The most that learning rate times the adapter's strength may be: at 0.04, honest replays of float32 runs on other
 * hardware end 4e-5 away after 20 steps, and at 0.1, where training is chaotic, 0.9.
 */
const STEADY_RATE = 0.05;
/** The longest stretch between two checkpoints: rounding adds up over its steps. */
const STEADY_STEPS = 20;

/**
 * Why an honest run of a spec might not be repeated within its tolerance on another machine, so that a trainer could lose
 * its bond for it; undefined when nothing speaks for that.
 */
export function driftOf({ lora, training, evaluation, tolerance }: JobSpec): string | undefined {
  const strength = lora.alpha / (lora.useRslora ? Math.sqrt(lora.rank) : lora.rank);
  const rate = training.learningRate * strength;
  if (rate > STEADY_RATE)
    return `Its learning rate times alpha over rank is ${Number(rate.toPrecision(2))}; above ${STEADY_RATE}, honest runs on two machines drift apart, and a checker might not find this one within ${tolerance.relativeDistance}.`;
  const steps = Math.min(training.checkpointEverySteps, evaluation.everySteps);
  if (steps > STEADY_STEPS)
    return `Its checkpoints are ${steps} steps apart; after more than ${STEADY_STEPS}, a checker might not find an honest run within ${tolerance.relativeDistance}.`;
  return undefined;
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
