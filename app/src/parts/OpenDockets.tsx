import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { openDocketsQuery } from "../data/dockets.ts";
import { countOf } from "../text/measures.ts";
import { docketSteps } from "../text/steps.ts";
import { Empty } from "./Empty.tsx";
import { Hash } from "./Hash.tsx";
import { QueryView } from "./QueryView.tsx";
import { Timeline } from "./Timeline.tsx";
import { useChainTime } from "./useChainTime.ts";

/** The dockets of a pool that are under way. A docket is shared by all Datanets of one kind. */
export function OpenDockets({ pool }: { pool: number }) {
  const query = useQuery(openDocketsQuery(pool));
  const now = useChainTime();
  return (
    <QueryView query={query} what="the dockets under way" lines={5}>
      {(dockets) =>
        dockets.length === 0 ? (
          <Empty title="Nothing is being judged">
            <p>
              A docket opens with the next file. <Link to="/contribute">Contribute one</Link> and follow it
              here.
            </p>
          </Empty>
        ) : (
          <ul className="stack">
            {dockets.map((docket) => (
              <li key={docket.id} className="sheet stack" data-testid={`docket-${docket.id}`}>
                <div className="row row-between">
                  <h3>Docket {docket.id}</h3>
                  <span className="small soft">
                    {countOf(docket.items, "file")} of {countOf(docket.roots.length, "submission")}, from all
                    Datanets of this kind
                  </span>
                </div>
                <Timeline
                  steps={docketSteps(docket, now ?? docket.openedAt)}
                  now={now}
                  label={`Progress of docket ${docket.id}`}
                />
                {docket.committee.length > 0 && (
                  <p className="row small">
                    <span className="soft">Committee</span>
                    {[...new Set(docket.committee)].map((voter) => (
                      <Hash key={voter} value={voter} what="validator's address" copyable={false} />
                    ))}
                  </p>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}
