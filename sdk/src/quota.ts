/** What one address may submit. Mirrors `IParameters.SubmissionLimits`. */
export type SubmissionLimits = { filesPerSubmission: number; filesPerDay: number; bytesPerDay: number };

/** The limits that a deployment starts with; `readSubmissionLimits` tells those in force. */
export const DEFAULT_SUBMISSION_LIMITS: SubmissionLimits = {
  filesPerSubmission: 20,
  filesPerDay: 20,
  bytesPerDay: 10_485_760,
};

const DAY_SECONDS = 86_400;

/** What an address has used on one UTC day. */
export type QuotaUse = { day: number; files: number; sizeBytes: number };

/** What is left today. */
export type QuotaLeft = { filesLeft: number; bytesLeft: number; resetsAt: number };

/** The UTC day of a Unix time in seconds, counted from 1970-01-01. */
export function utcDay(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS);
}

/** When the UTC day of a time ends, in Unix seconds. */
export function quotaResetsAt(seconds: number): number {
  return (utcDay(seconds) + 1) * DAY_SECONDS;
}

/**
 * What is left of an address's quota. What was used on an earlier day does not count.
 *
 * @example
 * quotaLeft({ day: utcDay(now), files: 18, sizeBytes: 1000 }, now).filesLeft; // 2
 */
export function quotaLeft(
  use: QuotaUse,
  seconds: number,
  limits: SubmissionLimits = DEFAULT_SUBMISSION_LIMITS,
): QuotaLeft {
  const today = use.day === utcDay(seconds);
  return {
    filesLeft: Math.max(0, limits.filesPerDay - (today ? use.files : 0)),
    bytesLeft: Math.max(0, limits.bytesPerDay - (today ? use.sizeBytes : 0)),
    resetsAt: quotaResetsAt(seconds),
  };
}

/** Whether files fit into what is left, and which limit refuses them. */
export function quotaAllows(
  left: Pick<QuotaLeft, "filesLeft" | "bytesLeft">,
  files: number,
  sizeBytes: number,
): { ok: true } | { ok: false; exceeded: "files" | "bytes" } {
  if (files > left.filesLeft) return { ok: false, exceeded: "files" };
  if (sizeBytes > left.bytesLeft) return { ok: false, exceeded: "bytes" };
  return { ok: true };
}
