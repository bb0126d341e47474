import { BaseError } from "viem";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import { ContentUnavailableError } from "../content/contentSources.ts";
import { WorkerError, WorkerGoneError, WorkerStoppedError } from "../worker/pythonWorker.ts";
import { ClaimUnreadableError } from "./commitment.ts";
import { UnfitJobError } from "./specs.ts";

/** What a worker says of trouble that passes: somebody frees the disk, the files are fetched again. */
const PASSING_CODES = new Set([
  "cancelled",
  "disk-full",
  "missing-file",
  "wrong-data",
  "busy",
  "processes-died",
]);

/** What the operating system says of trouble that passes: no room, or too many open files. */
const PASSING_SYSTEM_CODES = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"]);

/** What a worker says of a job that another try on this machine would not help. */
const FINAL_CODES = new Set([
  "diverged",
  "out-of-memory",
  "bad-spec",
  "wrong-base",
  "bad-base",
  "too-little-data",
  "no-targets",
  "no-end-token",
]);

/** The process that trains a job died over and over, and never came to its next checkpoint. */
export class DyingWorkerError extends Error {
  override readonly name = "DyingWorkerError";

  constructor(deaths: number, last: string) {
    super(
      `The training's process ended ${deaths} times without reaching another checkpoint, at last with one row at once; the system has most likely too little memory for it. ${last}`,
    );
  }
}

/** Whether a training's process ended without saying why, as one does that the system kills for lack of memory. */
export function isDeath(error: unknown): boolean {
  if (error instanceof WorkerStoppedError) return false;
  return (
    error instanceof WorkerGoneError || (error instanceof WorkerError && error.code === "processes-died")
  );
}

/** How often the batch is halved after so many deaths: the first may have another reason than its size. */
export function halvingsAfter(deaths: number): number {
  return Math.max(0, deaths - 1);
}

/** After so many deaths a run is given up: it was tried with one row at once, and once more. */
export function mostDeaths(batchSize: number): number {
  return Math.ceil(Math.log2(batchSize)) + 3;
}

/** Whether this node should leave the job to others for good. */
export function isFinal(error: unknown): boolean {
  return (
    (error instanceof WorkerError && FINAL_CODES.has(error.code)) ||
    error instanceof UnfitJobError ||
    error instanceof DyingWorkerError
  );
}

/** Failures after which the same step is tried again. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof ContentUnavailableError ||
    error instanceof WorkerGoneError ||
    error instanceof TransactionRefusedError ||
    error instanceof ClaimUnreadableError ||
    // The chain's node does not answer, or answers that it is behind.
    error instanceof BaseError ||
    PASSING_SYSTEM_CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? "") ||
    (error instanceof WorkerError && PASSING_CODES.has(error.code)) ||
    (error instanceof TypeError && error.message === "fetch failed")
  );
}
