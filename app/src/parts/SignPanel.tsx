import { type Contribution, doubtfulFiles, type Prepared } from "../data/contribution.ts";
import { countOf, formatBytes } from "../text/measures.ts";
import { formatMoment } from "../text/times.ts";
import { Amount } from "./Amount.tsx";
import { Hash } from "./Hash.tsx";
import { Icon } from "./Icon.tsx";
import { PaymentNote } from "./PaymentNote.tsx";

type SignPanelProps = {
  state: Contribution;
  datanetName: string;
  onSign: () => void;
  onCheckAgain: () => void;
  onRemoveDoubtful: () => void;
};

/** What will be signed, in plain words and in detail, and the button that signs it. */
export function SignPanel({ state, datanetName, onSign, onCheckAgain, onRemoveDoubtful }: SignPanelProps) {
  const { prepared, step, fault } = state;
  const doubtful = doubtfulFiles(state).length;
  const busy = step === "signing" || step === "sending";
  return (
    <section className="sheet stack" aria-labelledby="sign-heading">
      <h2 id="sign-heading">3. Review and sign</h2>
      {step === "checking" && (
        <p className="row">
          <Icon name="spin" /> The dry run checks format, duplicates and quota. Nothing is spent.
        </p>
      )}
      {prepared ? (
        <Review prepared={prepared} datanetName={datanetName} />
      ) : (
        step !== "checking" && <p className="soft">Appears once at least one file has passed its dry run.</p>
      )}
      {prepared && doubtful > 0 && !busy && (
        <div className="notice notice-warn" data-testid="doubtful">
          <p>
            <strong>{countOf(doubtful, "file")} would probably be rejected.</strong> Submitted all the same,
            {doubtful === 1 ? " it uses" : " they use"} up quota and probably earn nothing; what is removed
            now can be corrected and brought later.
          </p>
          <button type="button" className="button button-small" onClick={onRemoveDoubtful}>
            <Icon name="cross" />
            Remove {doubtful === 1 ? "it" : "them"}
          </button>
        </div>
      )}
      {fault && (
        <div className="notice notice-bad" role="alert">
          <p>
            <strong>{fault.sentence}</strong> {fault.next}
          </p>
          <button type="button" className="button button-small" onClick={onCheckAgain}>
            <Icon name="retry" />
            Check the files again
          </button>
        </div>
      )}
      {prepared && (
        <div className="row">
          <button
            type="button"
            className="button button-main"
            disabled={busy || step === "checking"}
            onClick={onSign}
            data-testid="sign"
          >
            {busy && <Icon name="spin" />}
            {step === "signing"
              ? "Sign in your wallet…"
              : step === "sending"
                ? "Sending…"
                : "Sign and submit"}
          </button>
          <PaymentNote gas={prepared.gas} />
        </div>
      )}
    </section>
  );
}

function Review({ prepared, datanetName }: { prepared: Prepared; datanetName: string }) {
  const { manifest, submission, reward } = prepared;
  return (
    <>
      <p>
        You give <strong>{countOf(submission.files, "file")}</strong> ({formatBytes(submission.sizeBytes)}) to{" "}
        <strong>{datanetName}</strong>. If the committee sees them as this dry run does, you earn{" "}
        <strong data-testid="expected-reward">
          <Amount wei={reward.likelyWei} />
        </strong>
        ; at most <Amount wei={reward.mostWei} />, if all are excellent. A point is worth{" "}
        <Amount wei={reward.perPointWei} />: a fair file has one, a good one two, an excellent one three, a
        rejected one none. Once the submission is on the chain, the files are public and stay so. They count
        towards today's quota whatever the verdict.
      </p>
      <details>
        <summary>What exactly is signed (EIP-712)</summary>
        <dl className="facts-lines small">
          <dt>Contributor</dt>
          <dd>
            <Hash value={submission.contributor} what="contributor" />
          </dd>
          <dt>Datanet</dt>
          <dd>{submission.datanet}</dd>
          <dt>Files</dt>
          <dd>{submission.files}</dd>
          <dt>Size</dt>
          <dd>{submission.sizeBytes} bytes</dd>
          <dt>Licence</dt>
          <dd>
            {manifest.licence} (terms number {submission.terms})
          </dd>
          <dt>Root of the files</dt>
          <dd>
            <Hash value={submission.leavesRoot} what="root of the files" />
          </dd>
          <dt>Digest of the manifest</dt>
          <dd>
            <Hash value={submission.manifestDigest} what="manifest digest" />
          </dd>
          <dt>Good until</dt>
          <dd>{formatMoment(submission.deadline)}</dd>
        </dl>
        <p className="small soft">
          This page computes root and digest again from the files that you chose, and refuses to sign anything
          else.
        </p>
      </details>
    </>
  );
}
