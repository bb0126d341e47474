import { readField } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS } from "@openledger/sdk/jobSpecFields";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Job } from "../data/jobs.ts";
import { specQuery } from "../data/specs.ts";
import { shownPaths, valueText } from "../text/jobGroups.ts";
import { countOf } from "../text/measures.ts";
import { formatMoment } from "../text/times.ts";
import { Amount } from "./Amount.tsx";
import { Hash } from "./Hash.tsx";
import { Person } from "./Person.tsx";
import { QueryView } from "./QueryView.tsx";

/** What was asked for: money, deadline, data and recipe. */
export function JobFacts({ job }: { job: Job }) {
  const spec = useQuery(specQuery(job.specDigest));
  return (
    <section className="sheet stack-tight" aria-labelledby="job-heading">
      <h2 id="job-heading">The job</h2>
      <dl className="facts-lines">
        <dt>Posted by</dt>
        <dd>
          <Person address={job.poster} />
        </dd>
        <dt>Price</dt>
        <dd>
          <Amount wei={job.priceWei} /> and <Amount wei={job.checkFeeWei} /> for the check
        </dd>
        <dt>Posted</dt>
        <dd>{formatMoment(job.postedAt)}</dd>
        <dt>Deadline</dt>
        <dd>{formatMoment(job.deadline)}</dd>
        {job.trainer && (
          <>
            <dt>Trainer</dt>
            <dd>
              <Person address={job.trainer} />
            </dd>
          </>
        )}
        {job.parentRelease !== null && job.parentRelease > 0 && (
          <>
            <dt>Refines</dt>
            <dd>
              <Link to={`/releases/${job.parentRelease}`}>Release {job.parentRelease}</Link>
            </dd>
          </>
        )}
        <dt>Base model</dt>
        <dd>
          {job.base ? (
            `${job.base.name} (${job.base.family}, licence ${job.base.licence})`
          ) : (
            <Hash value={job.baseDigest} what="base digest" />
          )}
        </dd>
        <dt>Spec</dt>
        <dd>
          <Hash value={job.specDigest} what="spec's digest" />
        </dd>
      </dl>
      <QueryView query={spec} what="the job's spec" lines={3}>
        {(recipe) => (
          <details>
            <summary>Data and recipe</summary>
            <dl className="facts-lines small">
              {recipe.datasets.map(({ datanet, versionCount, versionHead }) => (
                <div key={datanet} className="facts-pair">
                  <dt>Data</dt>
                  <dd>
                    <Link to={`/datanets/${datanet}`}>Datanet {datanet}</Link>, version of{" "}
                    {countOf(versionCount, "submission")} <Hash value={versionHead} what="version head" />
                  </dd>
                </div>
              ))}
              {shownPaths(recipe)
                .map((path) => JOB_SPEC_FIELDS[path])
                .map(({ path, label, unit }) => (
                  <div key={path} className="facts-pair">
                    <dt>{label}</dt>
                    <dd>{valueText(readField(recipe, path), unit)}</dd>
                  </div>
                ))}
            </dl>
          </details>
        )}
      </QueryView>
    </section>
  );
}
