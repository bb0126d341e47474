import { formatOpen } from "@openledger/sdk/openTokenFormat";
import type { Job } from "../data/jobs.ts";
import { formatLoss } from "./measures.ts";
import { type Step, stepAt } from "./steps.ts";

/** The part of a job that its timeline follows from. */
export type JobTimes = Pick<
  Job,
  | "status"
  | "step"
  | "leaseEnds"
  | "deadline"
  | "attempts"
  | "lossAfterMicronats"
  | "paidWei"
  | "release"
  | "priceWei"
>;

/** A job's way from being posted to a release. */
export function jobSteps(job: JobTimes): Step[] {
  const at = jobPlace(job);
  const cancelled = job.status === "CANCELLED";
  const again = job.attempts > 1 ? `attempt ${job.attempts}` : "";
  const steps: [string, string, string, number | null][] = [
    ["posted", "Posted", `${formatOpen(job.priceWei)} OPEN in escrow`, null],
    ["claimed", "Claimed", again || "by a staked trainer", job.deadline],
    ["training", "Training", job.step === null ? "starts" : `step ${job.step}`, job.leaseEnds],
    [
      "attested",
      "Attested",
      job.lossAfterMicronats === null ? "digest and losses" : `loss ${formatLoss(job.lossAfterMicronats)}`,
      null,
    ],
    ["checked", "Checked", "by the COMPUTE committee", null],
    ["paid", "Paid", job.paidWei === null ? "to the trainer" : `${formatOpen(job.paidWei)} OPEN`, null],
    ["released", "Released", job.release === null ? "as a model" : `release ${job.release}`, null],
  ];
  return steps.map(([key, title, detail, endsAt], index) => {
    const step = stepAt(key, title, detail, index, at, endsAt);
    return cancelled && index === 1
      ? { ...step, state: "failed", title: "Cancelled", detail: "money went back" }
      : step;
  });
}

function jobPlace(job: JobTimes): number {
  if (job.status === "OPEN" || job.status === "CANCELLED") return 1;
  if (job.status === "LEASED") return 2;
  if (job.status === "ATTESTED") return 4;
  return job.release === null ? 6 : 7;
}
