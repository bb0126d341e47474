import { reasonOfCode } from "@openledger/sdk/reasons";
import type { Job } from "../data/jobs.ts";
import { formatCount, formatLoss } from "../text/measures.ts";
import { Amount } from "./Amount.tsx";
import { Hash } from "./Hash.tsx";
import { Person } from "./Person.tsx";
import { ReasonText } from "./ReasonText.tsx";

/** What the trainer claims about the finished run, and what the committee said. */
export function AttestationFacts({ job }: { job: Job }) {
  const attestation = job.attestationRow;
  return (
    <section className="sheet stack-tight" aria-labelledby="attestation-heading">
      <h2 id="attestation-heading">Attestation</h2>
      {!attestation || job.lossAfterMicronats === null || job.lossBeforeMicronats === null ? (
        <p className="soft">
          The trainer attests when the run is finished; the committee then trains parts of it again.
        </p>
      ) : (
        <dl className="facts-lines">
          <dt>Held-out loss before</dt>
          <dd>{formatLoss(job.lossBeforeMicronats)} nats a token</dd>
          <dt>Held-out loss after</dt>
          <dd>
            <strong>{formatLoss(job.lossAfterMicronats)} nats a token</strong>{" "}
            {change(job.lossBeforeMicronats, job.lossAfterMicronats)}
          </dd>
          <dt>Steps and tokens</dt>
          <dd>
            {formatCount(job.steps ?? 0)} steps, {formatCount(job.tokens ?? 0)} tokens
          </dd>
          <dt>Adapter (sha256)</dt>
          <dd>{job.adapterDigest && <Hash value={job.adapterDigest} what="adapter's sha256" />}</dd>
          <dt>Transcript head</dt>
          <dd>
            <Hash value={attestation.transcriptHead} what="transcript head" />
          </dd>
          <dt>Report</dt>
          <dd>
            <Hash value={attestation.reportDigest} what="report's digest" />
          </dd>
          <dt>Committee</dt>
          <dd data-testid="attestation-state">{verdictText(job)}</dd>
          {attestation.grade === 0 && attestation.reason !== null && (
            <>
              <dt>Why</dt>
              <dd>
                <ReasonText reason={reasonOfCode(attestation.reason)} />
              </dd>
            </>
          )}
          {job.paidWei !== null && job.trainer && (
            <>
              <dt>Paid</dt>
              <dd>
                <Amount wei={job.paidWei} /> to <Person address={job.trainer} />
              </dd>
            </>
          )}
        </dl>
      )}
    </section>
  );
}

function verdictText({ attestationRow }: Job): string {
  switch (attestationRow?.state) {
    case "ACCEPTED":
      return "Accepted: what was trained again agreed.";
    case "REJECTED":
      return "Rejected: the bond was taken and the job reopened.";
    case "SETTLED":
      return attestationRow.grade === 0 ? "The verdict is no." : "The verdict is yes; the payment follows.";
    default:
      return "Not decided yet.";
  }
}

function change(before: number, after: number): string {
  if (before <= 0) return "";
  const percent = ((after - before) / before) * 100;
  return `(${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %)`;
}
