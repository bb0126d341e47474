import { formatOpen } from "@openledger/sdk/openTokenFormat";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { appealsQuery, isUnderAppeal } from "../data/appeals.ts";
import { docketQuery } from "../data/dockets.ts";
import { isOver, type SubmissionProgress, submissionQuery } from "../data/submissionProgress.ts";
import { Amount } from "../parts/Amount.tsx";
import { Appeals } from "../parts/Appeals.tsx";
import { Hash } from "../parts/Hash.tsx";
import { Icon } from "../parts/Icon.tsx";
import { PayPanel } from "../parts/PayPanel.tsx";
import { Person } from "../parts/Person.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { Timeline } from "../parts/Timeline.tsx";
import { useChainTime } from "../parts/useChainTime.ts";
import { useTitle } from "../parts/useTitle.ts";
import { Verdicts } from "../parts/Verdicts.tsx";
import { countOf } from "../text/measures.ts";
import { submissionSteps } from "../text/steps.ts";
import { MissingPage } from "./MissingPage.tsx";

/** A submission from the gateway to the money, live. */
export default function SubmissionPage() {
  const { root = "" } = useParams();
  const known = /^0x[0-9a-fA-F]{64}$/.test(root);
  const query = useQuery({ ...submissionQuery(root), enabled: known });
  useTitle("Submission");
  if (!known) return <MissingPage />;
  return (
    <>
      <div className="stack-tight">
        <h1>Submission</h1>
        <p className="row soft">
          <span className="small">Root</span> <Hash value={root} what="root" />
        </p>
      </div>
      <QueryView query={query} what="the submission" lines={8}>
        {(progress) => <Progress progress={progress} />}
      </QueryView>
    </>
  );
}

function Progress({ progress }: { progress: SubmissionProgress }) {
  const docket = useQuery(docketQuery(progress.docket));
  const { data: appeals = [] } = useQuery(appealsQuery(progress.root));
  const now = useChainTime();
  const { state, rewardWei } = progress;
  const paid = rewardWei === undefined ? "credited" : `${formatOpen(rewardWei)} OPEN`;
  const steps = submissionSteps(state, docket.data, now ?? 0, paid, isUnderAppeal(appeals));
  return (
    <div className="stack" data-testid="submission" data-state={state}>
      <section className="sheet stack" aria-label="Progress">
        <Timeline steps={steps} now={now} label="Progress of the submission" />
        <p role="status" data-testid="submission-status">
          {isUnderAppeal(appeals) && state === "settled"
            ? "The verdict was appealed: the credit waits for a larger committee."
            : statusSentence(progress)}
        </p>
      </section>
      {progress.gas && <PayPanel root={progress.root} gas={progress.gas} />}
      {progress.error && (
        <div className="notice notice-bad" role="alert">
          <p>
            <strong>{progress.error.sentence}</strong> {progress.error.next}
          </p>
          <Link className="button button-small" to="/contribute">
            <Icon name="retry" />
            Contribute the files again
          </Link>
        </div>
      )}
      <Verdicts
        files={progress.files}
        submitted={progress.docket !== undefined}
        over={isOver(state)}
        manifestDigest={progress.manifestDigest}
      />
      <Appeals root={progress.root} docket={docket.data} />
      {hasFacts(progress) && <Facts progress={progress} />}
      {state === "finalized" && (
        <p>
          <Link to="/account">Claim your OPEN</Link> or <Link to="/contribute">contribute more files</Link>.
        </p>
      )}
    </div>
  );
}

/** Before it is on the chain, nothing is known of a submission but its files. */
function hasFacts({ contributor, datanet, docket, transaction, rewardWei }: SubmissionProgress): boolean {
  return [contributor, datanet, docket, transaction, rewardWei].some((fact) => fact !== undefined);
}

function Facts({ progress }: { progress: SubmissionProgress }) {
  const { rewardWei } = progress;
  return (
    <dl className="sheet facts">
      {progress.contributor && (
        <div>
          <dt>Contributor</dt>
          <dd>
            <Person address={progress.contributor} />
          </dd>
        </div>
      )}
      {progress.datanet !== undefined && (
        <div>
          <dt>Datanet</dt>
          <dd>
            <Link to={`/datanets/${progress.datanet}`}>Datanet {progress.datanet}</Link>
          </dd>
        </div>
      )}
      {progress.docket !== undefined && (
        <div>
          <dt>Docket</dt>
          <dd>{progress.docket}</dd>
        </div>
      )}
      {progress.transaction && (
        <div>
          <dt>Transaction</dt>
          <dd>
            <Hash value={progress.transaction} what="transaction hash" />
          </dd>
        </div>
      )}
      {rewardWei !== undefined && (
        <div>
          <dt>Earned</dt>
          <dd data-testid="earned">
            <Amount wei={rewardWei} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function statusSentence({ state, files }: SubmissionProgress): string {
  switch (state) {
    case "received":
    case "signed":
    case "sent":
      return "The gateway has your signature and brings the submission to the chain.";
    case "awaiting":
      return "The gateway has your files and your signature, and waits for you to send the submission to the chain.";
    case "mined":
    case "judging":
      return "The validators are at work. You may close this page: the verdict does not depend on it.";
    case "settled":
      return "The verdict is known. It is final, and the reward credited, when nobody can appeal any more.";
    case "failed":
      return "The submission did not reach the chain.";
    case "finalized": {
      const accepted = files.filter(({ grade }) => (grade ?? 0) > 0).length;
      return `Done: ${countOf(accepted, "file")} of ${files.length} accepted.`;
    }
  }
}
