import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { type Release, releasesQuery } from "../data/releases.ts";
import { reportQuery } from "../data/reports.ts";
import { specQuery } from "../data/specs.ts";
import { Icon } from "../parts/Icon.tsx";
import { ModelCard } from "../parts/ModelCard.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { UseAdapter } from "../parts/UseAdapter.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { MissingPage } from "./MissingPage.tsx";

/** One release: what it was made of and how, how good it is, and how to use it elsewhere. */
export default function ReleasePage() {
  const id = Number(useParams().release);
  const releases = useQuery(releasesQuery());
  useTitle(`Release ${id}`);
  return (
    <QueryView query={releases} what="the release" lines={8}>
      {(list) => {
        const release = list.find((one) => one.id === id);
        return release ? <ReleaseView release={release} /> : <MissingPage />;
      }}
    </QueryView>
  );
}

function ReleaseView({ release }: { release: Release }) {
  const spec = useQuery(specQuery(release.specDigest));
  const report = useQuery(reportQuery(release.reportDigest));
  return (
    <>
      <div className="page-head">
        <div className="stack-tight">
          <span className="small soft">{release.base?.name}</span>
          <h1>
            Release {release.id} of model {release.model}
          </h1>
        </div>
        <div className="row">
          <Link className="button" to={`/jobs/new?refine=${release.id}`} data-testid="refine">
            <Icon name="retry" />
            Refine this model
          </Link>
          <Link className="button button-main" to={`/talk?release=${release.id}`}>
            <Icon name="chat" />
            Talk to it
          </Link>
        </div>
      </div>
      <QueryView query={spec} what="the job's spec" lines={6}>
        {(recipe) => (
          <QueryView query={report} what="the trainer's report" lines={6}>
            {(told) => (
              <>
                <ModelCard release={release} spec={recipe} report={told} />
                <UseAdapter release={release} spec={recipe} report={told} />
              </>
            )}
          </QueryView>
        )}
      </QueryView>
    </>
  );
}
