import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { releasesQuery } from "../data/releases.ts";
import { Empty } from "../parts/Empty.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { ReleaseFacts } from "../parts/ReleaseFacts.tsx";
import { Talk } from "../parts/Talk.tsx";
import { useTitle } from "../parts/useTitle.ts";

/** Talk to a release, its base model beside it. */
export default function TalkPage() {
  useTitle("Chat");
  const releases = useQuery(releasesQuery());
  const [search, setSearch] = useSearchParams();
  return (
    <>
      <div className="stack-tight">
        <h1>Chat</h1>
        <p className="lead">
          Talk to a trained model, its base model beside it. Every answer names the data and the training that
          gave it.
        </p>
      </div>
      <QueryView query={releases} what="the releases">
        {(list) => {
          const chosen = list.find(({ id }) => String(id) === search.get("release")) ?? list[0];
          if (!chosen) {
            return (
              <Empty title="No model was released yet">
                <p>
                  A release comes out of an accepted training job. <Link to="/jobs">See the jobs</Link> or{" "}
                  <Link to="/jobs/new">post one</Link>.
                </p>
              </Empty>
            );
          }
          return (
            <>
              <div className="sheet stack">
                <div className="field field-narrow">
                  <label htmlFor="talk-release">Release</label>
                  <select
                    id="talk-release"
                    className="input"
                    data-testid="release-select"
                    value={chosen.id}
                    onChange={(event) => setSearch({ release: event.target.value }, { replace: true })}
                  >
                    {list.map(({ id, model, base }) => (
                      <option key={id} value={id}>
                        Release {id} of model {model} ({base?.name ?? "unknown base"})
                      </option>
                    ))}
                  </select>
                </div>
                <ReleaseFacts release={chosen} />
              </div>
              <Talk key={chosen.id} release={chosen} />
            </>
          );
        }}
      </QueryView>
    </>
  );
}
