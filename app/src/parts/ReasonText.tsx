import type { Reason } from "../data/submissions.ts";

/** Why a file was refused or rejected, and what to change. */
export function ReasonText({ reason }: { reason: Pick<Reason, "sentence" | "next"> }) {
  return (
    <span className="reason" data-testid="reason">
      {reason.sentence} <span className="soft">{reason.next}</span>
    </span>
  );
}
