import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Release } from "../data/releases.ts";
import { specQuery } from "../data/specs.ts";
import { countOf, formatLoss } from "../text/measures.ts";
import { Hash } from "./Hash.tsx";

/** What a release was made of. */
export function ReleaseFacts({ release }: { release: Release }) {
  const spec = useQuery(specQuery(release.specDigest));
  return (
    <dl className="facts small">
      <div>
        <dt>Base</dt>
        <dd>{release.base?.name ?? "unknown"}</dd>
      </div>
      <div>
        <dt>Adapter (sha256)</dt>
        <dd data-testid="adapter-digest">
          <Hash value={release.adapterDigest} what="adapter's sha256" />
        </dd>
      </div>
      <div>
        <dt>Data</dt>
        <dd>
          {spec.data?.datasets.map(({ datanet, versionCount }, index) => (
            <span key={datanet}>
              {index > 0 && "; "}
              <Link to={`/datanets/${datanet}`}>Datanet {datanet}</Link>,{" "}
              {countOf(versionCount, "submission")}
            </span>
          )) ?? (spec.isError ? "its spec cannot be fetched here" : "…")}
        </dd>
      </div>
      <div>
        <dt>Held-out loss</dt>
        <dd>
          {formatLoss(release.lossBeforeMicronats)} → {formatLoss(release.lossAfterMicronats)}
        </dd>
      </div>
      <div>
        <dt>Model card</dt>
        <dd>
          <Link to={`/releases/${release.id}`}>Release {release.id}</Link>
        </dd>
      </div>
      <div>
        <dt>Trained in</dt>
        <dd>
          <Link to={`/jobs/${release.job}`}>Job {release.job}</Link>
        </dd>
      </div>
    </dl>
  );
}
