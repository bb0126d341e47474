import type { Grade } from "@openledger/sdk/grades";
import type { ReasonKey } from "@openledger/sdk/reasons";
import { type Opinion, reject } from "../opinion.ts";

/** What a check found in a file. Without `reason` and `atMost` it is a fact for the record that changes no grade. */
interface Finding {
  /** Set to reject the file. */
  reason?: ReasonKey;
  /** The best grade that the file can still have. */
  atMost?: 1 | 2;
  /** What was found, with the measured value, as a clause or a sentence about this very file. */
  why: string;
}

/** One thing that is looked at in a file of one modality. `Subject` is what was read from the file once, for all checks. */
export interface Check<Subject> {
  /** The name in the documentation and in the log. */
  name: string;
  /** What is looked at and what is rejected, in a sentence for the documentation. */
  purpose: string;
  /** Where the measure comes from: a paper, a standard, a library. */
  source: string;
  /** The reasons that it may give. */
  reasons: readonly ReasonKey[];
  /** Undefined when there is nothing to say. */
  find(subject: Subject): Finding | undefined | Promise<Finding | undefined>;
}

/** What a check found, with the check's name. */
export type NamedFinding = Finding & { check: string };

/**
 * Run the checks of a modality in their order, up to the first that rejects.
 *
 * @returns The findings in the same order; the rejecting one is the last.
 */
export async function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
): Promise<NamedFinding[]> {
  const findings: NamedFinding[] = [];
  for (const check of checks) {
    const finding = await check.find(subject);
    if (finding === undefined) continue;
    findings.push({ ...finding, check: check.name });
    if (finding.reason !== undefined) break;
  }
  return findings;
}

/**
 * The opinion that findings lead to: rejected for the first reason, else the best grade (3) unless a finding allows less.
 * `why` keeps every finding, so that a person can follow the grade.
 */
export function opinionOf(findings: readonly NamedFinding[]): Opinion {
  const rejecting = findings.find((finding) => finding.reason !== undefined);
  if (rejecting?.reason !== undefined) return { ...reject(rejecting.reason, rejecting.why), findings };
  const grade = Math.min(3, ...findings.map((finding) => finding.atMost ?? 3)) as Grade;
  return { grade, why: findings.map((finding) => finding.why).join("; "), findings };
}
