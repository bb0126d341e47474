import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { basesQuery } from "../data/bases.ts";
import { datanetsQuery } from "../data/datanets.ts";
import { releasesQuery } from "../data/releases.ts";
import { specQuery } from "../data/specs.ts";
import { Empty } from "../parts/Empty.tsx";
import { Failure } from "../parts/Failure.tsx";
import { PostJobForm } from "../parts/PostJobForm.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { Waiting } from "../parts/Waiting.tsx";

/** Have a model tuned on accepted data, without a terminal. */
export default function PostJobPage() {
  useTitle("Post a job");
  const bases = useQuery(basesQuery());
  const datanets = useQuery(datanetsQuery());
  const [search] = useSearchParams();
  const refined = Number(search.get("refine")) || undefined;
  const releases = useQuery({ ...releasesQuery(), enabled: refined !== undefined });
  const release = releases.data?.find(({ id }) => id === refined);
  const spec = useQuery({ ...specQuery(release?.specDigest ?? "0x"), enabled: release !== undefined });
  const parent = release && spec.data ? { release, spec: spec.data } : undefined;
  return (
    <>
      <div className="stack-tight">
        <h1>{refined === undefined ? "Post a training job" : `Refine release ${refined}`}</h1>
        <p className="lead">
          The price waits in escrow. It is paid once a committee has trained parts of the run again and
          agrees, and comes back if nobody finishes in time.
        </p>
      </div>
      <QueryView query={bases} what="the base models">
        {(baseList) => (
          <QueryView query={datanets} what="the Datanets">
            {(datanetList) => {
              const usable = datanetList.filter(({ versionCount }) => versionCount > 0);
              if (baseList.length === 0) {
                return (
                  <Empty title="No base model is listed">
                    <p>Governance adds base models to the Models contract; jobs may name only those.</p>
                  </Empty>
                );
              }
              if (usable.length === 0) {
                return (
                  <Empty title="No Datanet has accepted files yet">
                    <p>
                      A model needs data. <Link to="/contribute">Contribute files</Link>, and come back after
                      the verdict.
                    </p>
                  </Empty>
                );
              }
              if (refined !== undefined && parent === undefined) {
                if (releases.isSuccess && release === undefined) {
                  return (
                    <Empty title={`There is no release ${refined}`}>
                      <p>
                        <Link to="/jobs/new">Post a job</Link> on a base model instead.
                      </p>
                    </Empty>
                  );
                }
                const failed = releases.error ?? spec.error;
                return failed ? <Failure error={failed} /> : <Waiting what="the release" />;
              }
              return (
                <PostJobForm
                  key={refined}
                  bases={baseList}
                  datanets={usable}
                  parent={parent}
                  asked={search.getAll("datanet").map(Number)}
                />
              );
            }}
          </QueryView>
        )}
      </QueryView>
    </>
  );
}
