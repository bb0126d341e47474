import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { basesQuery } from "../data/bases.ts";
import { datanetsQuery } from "../data/datanets.ts";
import { Empty } from "../parts/Empty.tsx";
import { PostJobForm } from "../parts/PostJobForm.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";

/** Have a model tuned on accepted data, without a terminal. */
export default function PostJobPage() {
  useTitle("Post a job");
  const bases = useQuery(basesQuery());
  const datanets = useQuery(datanetsQuery());
  return (
    <>
      <div className="stack-tight">
        <h1>Post a training job</h1>
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
              return <PostJobForm bases={baseList} datanets={usable} />;
            }}
          </QueryView>
        )}
      </QueryView>
    </>
  );
}
