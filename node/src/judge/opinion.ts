import type { Grade } from "@openledger/sdk/grades";
import type { ReasonKey } from "@openledger/sdk/reasons";

/** What one check found in a file, as it is kept with the grade. */
interface RecordedFinding {
  /** The check's name. */
  check: string;
  /** What was found, with the measured value. */
  why: string;
  /** Set when the finding rejects the file. */
  reason?: ReasonKey;
  /** The best grade that the finding leaves. */
  atMost?: 1 | 2;
}

/** What a validator thinks of an item, and why, in words that its operator can read. */
export interface Opinion {
  grade: Grade;
  /** Set exactly when the grade is 0. */
  reason?: ReasonKey;
  why: string;
  /** Every check's finding, in the order in which they were made; absent where no check of the content ran. */
  findings?: readonly RecordedFinding[];
}

/** An opinion that rejects. */
export function reject(reason: ReasonKey, why: string): Opinion {
  return { grade: 0, reason, why };
}
