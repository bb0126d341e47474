import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { datanetsQuery } from "../data/datanets.ts";
import { Board } from "../parts/Board.tsx";
import { Empty } from "../parts/Empty.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";

/** The leaderboards of all Datanets, one at a time. */
export default function LeaderboardPage() {
  useTitle("Leaderboard");
  const datanets = useQuery(datanetsQuery());
  const [search, setSearch] = useSearchParams();
  return (
    <>
      <div className="stack-tight">
        <h1>Leaderboard</h1>
        <p className="lead">Acceptance counts, not volume. A rejected file never lowers anybody's rank.</p>
      </div>
      <QueryView query={datanets} what="the Datanets">
        {(list) => {
          const chosen = list.find(({ id }) => String(id) === search.get("datanet")) ?? list[0];
          if (!chosen) {
            return (
              <Empty title="No Datanet exists yet">
                <p>
                  A leaderboard belongs to a Datanet. <Link to="/">See how one is made</Link>.
                </p>
              </Empty>
            );
          }
          return (
            <>
              <div className="field field-narrow">
                <label htmlFor="board-datanet">Datanet</label>
                <select
                  id="board-datanet"
                  className="input"
                  value={chosen.id}
                  onChange={(event) => setSearch({ datanet: event.target.value }, { replace: true })}
                >
                  {list.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              </div>
              <Board datanet={chosen.id} />
            </>
          );
        }}
      </QueryView>
    </>
  );
}
