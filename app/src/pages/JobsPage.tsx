import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type Job, jobsQuery } from "../data/jobs.ts";
import { Amount } from "../parts/Amount.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Icon } from "../parts/Icon.tsx";
import { JobMark } from "../parts/JobMark.tsx";
import { Person } from "../parts/Person.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { formatLoss } from "../text/measures.ts";

/** Every training job. */
export default function JobsPage() {
  useTitle("Training");
  const jobs = useQuery(jobsQuery());
  return (
    <>
      <div className="page-head">
        <div className="stack-tight">
          <h1>Training jobs</h1>
          <p className="lead">
            Pay to have a model tuned on accepted data. A staked trainer does it, others check it by training
            parts of it again.
          </p>
        </div>
        <Link className="button button-main" to="/jobs/new">
          Post a job
        </Link>
      </div>
      <QueryView query={jobs} what="the jobs" lines={6}>
        {(list) =>
          list.length === 0 ? (
            <Empty title="No job was posted yet">
              <p>
                <Link to="/jobs/new">Post the first one</Link>: choose a base model and a Datanet with
                accepted files.
              </p>
            </Empty>
          ) : (
            <JobTable jobs={list} />
          )
        }
      </QueryView>
    </>
  );
}

function JobTable({ jobs }: { jobs: Job[] }) {
  return (
    <div className="table-wrap">
      <table className="table table-folding" data-testid="jobs">
        <caption className="hidden-visually">Training jobs, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Base model</th>
            <th scope="col">State</th>
            <th scope="col">Loss</th>
            <th scope="col">Trainer</th>
            <th scope="col" className="number">
              Price
            </th>
            <th scope="col">Model</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <td data-label="Job">
                <Link to={`/jobs/${job.id}`}>Job {job.id}</Link>
              </td>
              <td data-label="Base model">{job.base?.name ?? "unknown"}</td>
              <td data-label="State">
                <JobMark job={job} />
              </td>
              <td data-label="Loss">{lossText(job)}</td>
              <td data-label="Trainer">
                {job.trainer ? <Person address={job.trainer} /> : <span className="soft">none yet</span>}
              </td>
              <td data-label="Price" className="number">
                <Amount wei={job.priceWei} />
              </td>
              <td data-label="Model">
                {job.release === null ? (
                  <span className="soft">none yet</span>
                ) : (
                  <Link to={`/talk?release=${job.release}`} className="row">
                    <Icon name="chat" />
                    Release {job.release}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lossText(job: Job): string {
  if (job.lossBeforeMicronats !== null && job.lossAfterMicronats !== null) {
    return `${formatLoss(job.lossBeforeMicronats)} → ${formatLoss(job.lossAfterMicronats)}`;
  }
  return job.lossMicronats === null
    ? "not known yet"
    : `${formatLoss(job.lossMicronats)} at step ${job.step ?? 0}`;
}
