import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { docketQuery } from "../data/dockets.ts";
import { isJobOver, type Job, jobQuery } from "../data/jobs.ts";
import type { ToldRun } from "../data/runs.ts";
import { AttestationFacts } from "../parts/AttestationFacts.tsx";
import { Icon } from "../parts/Icon.tsx";
import { JobCancel } from "../parts/JobCancel.tsx";
import { JobDeclined } from "../parts/JobDeclined.tsx";
import { JobFacts } from "../parts/JobFacts.tsx";
import { JobMark } from "../parts/JobMark.tsx";
import { JobRun } from "../parts/JobRun.tsx";
import { JobRuns } from "../parts/JobRuns.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { Timeline } from "../parts/Timeline.tsx";
import { useChainTime } from "../parts/useChainTime.ts";
import { useTitle } from "../parts/useTitle.ts";
import { jobSteps } from "../text/jobSteps.ts";
import { docketSteps } from "../text/steps.ts";
import { MissingPage } from "./MissingPage.tsx";

/** One training job, live. */
export default function JobPage() {
  const id = Number(useParams().job);
  const known = Number.isSafeInteger(id) && id > 0;
  const query = useQuery({ ...jobQuery(id), enabled: known });
  useTitle(`Job ${id}`);
  if (!known) return <MissingPage />;
  return (
    <QueryView query={query} what="the job" lines={8}>
      {(job) => (job ? <JobView job={job} /> : <JobAwaited id={id} />)}
    </QueryView>
  );
}

/** A job that was posted a moment ago is on the chain before the index has read it. */
function JobAwaited({ id }: { id: number }) {
  return (
    <>
      <h1>Job {id}</h1>
      <p role="status">
        <Icon name="spin" /> The index does not know this job yet. If it was just posted, it appears in a
        moment; otherwise <Link to="/jobs">look at all jobs</Link>.
      </p>
    </>
  );
}

function JobView({ job }: { job: Job }) {
  const now = useChainTime();
  const [past, setPast] = useState<Pick<ToldRun, "trainer" | "attempt">>();
  return (
    <>
      <div className="page-head">
        <div className="stack-tight">
          <div className="row">
            <JobMark job={job} />
            <span className="small soft">{job.base?.name}</span>
          </div>
          <h1>Job {job.id}</h1>
        </div>
        {job.release !== null && (
          <div className="row">
            <Link className="button" to={`/releases/${job.release}`} data-testid="model-card-link">
              <Icon name="file" />
              Model card
            </Link>
            <Link className="button button-main" to={`/talk?release=${job.release}`} data-testid="talk">
              <Icon name="chat" />
              Talk to release {job.release}
            </Link>
          </div>
        )}
      </div>
      <section className="sheet" aria-label="Progress">
        <Timeline steps={jobSteps(job)} now={now} label="Progress of the job" />
      </section>
      <JobCancel job={job} now={now} />
      <JobDeclined job={job} />
      {job.status === "CANCELLED" && (
        <div className="notice notice-warn">
          <p>
            <strong>Nobody finished this job before its deadline.</strong> Its money went back to the poster.
            Post it again with more time or a higher price.
          </p>
        </div>
      )}
      {job.status === "ATTESTED" && job.docket !== null && <Check docket={job.docket} now={now} />}
      <JobRun job={job} active={!isJobOver(job)} past={past} />
      <JobRuns job={job.id} shown={past} onShow={setPast} />
      <div className="two-columns">
        <AttestationFacts job={job} />
        <JobFacts job={job} />
      </div>
    </>
  );
}

function Check({ docket, now }: { docket: number; now: number | undefined }) {
  const query = useQuery(docketQuery(docket));
  if (!query.data) return null;
  return (
    <section className="sheet stack" aria-labelledby="check-heading">
      <h2 id="check-heading">Being checked by the COMPUTE committee</h2>
      <Timeline
        steps={docketSteps(query.data, now ?? query.data.openedAt, "runs")}
        now={now}
        label="Progress of the committee's docket"
      />
    </section>
  );
}
