import { type JobSpec, readField } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS } from "@openledger/sdk/jobSpecFields";
import type { Report } from "@openledger/sdk/report";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { datanetQuery } from "../data/datanets.ts";
import type { Release } from "../data/releases.ts";
import { versionQuery } from "../data/versions.ts";
import { shownPaths, valueText } from "../text/jobGroups.ts";
import { countOf, formatBps, formatBytes, formatCount, formatLoss } from "../text/measures.ts";
import { formatMoment } from "../text/times.ts";
import { Hash } from "./Hash.tsx";
import { Person } from "./Person.tsx";

type ModelCardProps = { release: Release; spec: JobSpec; report: Report };

const ENDS: Readonly<Record<Report["ended"], string>> = {
  steps: "every planned step was made",
  "early-stop": "stopped early, and the best adapter was kept",
  diverged: "stopped when the loss was no number any more, and the adapter before that was kept",
};

/** A release's card: base, data, recipe, result, limits, and where each can be checked. */
export function ModelCard({ release, spec, report }: ModelCardProps) {
  const before = release.lossBeforeMicronats;
  const after = release.lossAfterMicronats;
  return (
    <div className="two-columns" data-testid="model-card">
      <section className="sheet stack-tight" aria-labelledby="made-heading">
        <h2 id="made-heading">What it was made of</h2>
        <dl className="facts-lines">
          <dt>Base model</dt>
          <dd>
            {spec.base.name} ({spec.base.family})
          </dd>
          <dt>Its licence</dt>
          <dd>{release.base?.licence ?? "unknown"}</dd>
          {spec.parentRelease !== null && (
            <>
              <dt>Refines</dt>
              <dd>
                <Link to={`/releases/${spec.parentRelease}`}>Release {spec.parentRelease}</Link>
              </dd>
            </>
          )}
          {spec.datasets.map((dataset) => (
            <DatasetFacts key={dataset.datanet} dataset={dataset} />
          ))}
          <dt>Trained by</dt>
          <dd>
            <Person address={release.trainer} /> in <Link to={`/jobs/${release.job}`}>job {release.job}</Link>
          </dd>
          <dt>Released</dt>
          <dd>{formatMoment(release.releasedAt)}</dd>
        </dl>
        <details>
          <summary>Recipe</summary>
          <dl className="facts-lines small">
            {shownPaths(spec).map((path) => (
              <div key={path} className="facts-pair">
                <dt>{JOB_SPEC_FIELDS[path].label}</dt>
                <dd>{valueText(readField(spec, path), JOB_SPEC_FIELDS[path].unit)}</dd>
              </div>
            ))}
            <dt>Seed of the run</dt>
            <dd>{report.recipe.seed}, drawn from the block of the claim</dd>
            {Object.entries(report.recipe.versions).map(([name, version]) => (
              <div key={name} className="facts-pair">
                <dt>{name}</dt>
                <dd>{version}</dd>
              </div>
            ))}
          </dl>
        </details>
      </section>
      <section className="sheet stack-tight" aria-labelledby="result-heading">
        <h2 id="result-heading">How good it is</h2>
        <dl className="facts-lines">
          <dt>Held-out loss</dt>
          <dd>
            {formatLoss(before)} → <strong>{formatLoss(after)} nats a token</strong>
          </dd>
          <dt>Perplexity</dt>
          <dd>
            {perplexity(before)} → <strong>{perplexity(after)}</strong>
          </dd>
          <dt>Measured on</dt>
          <dd>
            {formatBps(spec.evaluation.heldOutBps)} of the data, kept from training; checked by a committee
          </dd>
          <dt>Steps and tokens</dt>
          <dd>
            {formatCount(release.steps)} of {formatCount(report.recipe.steps)} steps,{" "}
            {formatCount(release.tokens)} tokens; the adapter of step {formatCount(report.keptStep)}
          </dd>
          <dt>End</dt>
          <dd>{ENDS[report.ended]}</dd>
          <dt>Weights (sha256)</dt>
          <dd>
            <Hash value={release.adapterDigest} what="adapter's sha256" />
          </dd>
          <dt>Report</dt>
          <dd>
            <Hash value={release.reportDigest} what="report's digest" />
          </dd>
          <dt>Transcript head</dt>
          <dd>
            <Hash value={release.transcriptHead} what="transcript head" />
          </dd>
          <dt>Transaction</dt>
          <dd>
            <Hash value={release.transaction} what="transaction" />
          </dd>
        </dl>
        <h3>Limits</h3>
        <ul className="plain-list soft">
          <li>It knows what the data said, mistakes included; nobody checked its answers for truth.</li>
          <li>
            Examples longer than {formatCount(spec.training.cutoffTokens)} tokens were cut, so long texts are
            not what it learned on.
          </li>
          <li>
            The loss is of this data's held-out part; on other texts it may be worse than its base. The base's
            licence and each Datanet's apply.
          </li>
        </ul>
      </section>
    </div>
  );
}

function DatasetFacts({ dataset }: { dataset: JobSpec["datasets"][number] }) {
  const datanet = useQuery(datanetQuery(dataset.datanet));
  const content = useQuery(versionQuery(dataset.datanet, dataset.versionCount));
  return (
    <>
      <dt>Data</dt>
      <dd>
        <Link to={`/datanets/${dataset.datanet}`}>{datanet.data?.name ?? `Datanet ${dataset.datanet}`}</Link>,
        version {formatCount(dataset.versionCount)} <Hash value={dataset.versionHead} what="version head" />
        {datanet.data && <div className="small soft">Licence: {datanet.data.licence}</div>}
        {content.data && (
          <details className="small">
            <summary>
              {content.data.isPart ? "at least " : ""}
              {countOf(content.data.files, "file")} of{" "}
              {countOf(content.data.contributors.length, "contributor")}, about{" "}
              {formatBytes(content.data.sizeBytes)}
            </summary>
            <ul className="plain-list">
              {content.data.contributors.slice(0, 20).map(({ address, files }) => (
                <li key={address} className="row">
                  <Person address={address} /> {countOf(files, "file")}
                </li>
              ))}
              {content.data.contributors.length > 20 && (
                <li>and {formatCount(content.data.contributors.length - 20)} more</li>
              )}
            </ul>
          </details>
        )}
      </dd>
    </>
  );
}

function perplexity(lossMicronats: number): string {
  return formatCount(Number(Math.exp(lossMicronats / 1e6).toPrecision(3)));
}
