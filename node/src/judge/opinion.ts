import type { Grade } from "@openledger/sdk/grades";
import type { ReasonKey } from "@openledger/sdk/reasons";

/** What a validator thinks of an item, and why, in words that its operator can read. */
export interface Opinion {
  grade: Grade;
  /** Set exactly when the grade is 0. */
  reason?: ReasonKey;
  why: string;
}

/** An opinion that rejects. */
export function reject(reason: ReasonKey, why: string): Opinion {
  return { grade: 0, reason, why };
}
