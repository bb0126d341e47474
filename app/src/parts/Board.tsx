import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useConnection } from "wagmi";
import { leaderboardQuery, type Standing } from "../data/standings.ts";
import { formatBps, formatCount } from "../text/measures.ts";
import { explainPlace, rateBps } from "../text/place.ts";
import { Amount } from "./Amount.tsx";
import { Empty } from "./Empty.tsx";
import { Person } from "./Person.tsx";
import { QueryView } from "./QueryView.tsx";

/** A Datanet's leaderboard, and why the reader stands where they stand. */
export function Board({ datanet }: { datanet: number }) {
  const query = useQuery(leaderboardQuery(datanet));
  return (
    <QueryView query={query} what="the leaderboard" lines={6}>
      {(board) =>
        board.length === 0 ? (
          <Empty title="Nobody is on this board yet">
            <p>
              A place comes with the first verdict.{" "}
              <Link to={`/contribute?datanet=${datanet}`}>Contribute files</Link>.
            </p>
          </Empty>
        ) : (
          <div className="stack">
            <OwnPlace board={board} />
            <BoardTable board={board} />
            <p className="small soft">
              The score is the surest lower bound of the graded acceptance rate (Wilson, 95 %). It keeps the
              highest value that it ever reached: a rejection never lowers a rank. Ties go to more days with
              an acceptance, then to the earlier.
            </p>
          </div>
        )
      }
    </QueryView>
  );
}

function OwnPlace({ board }: { board: Standing[] }) {
  const { address } = useConnection();
  if (!address) {
    return (
      <p className="soft">Connect a wallet to see your place and what separates you from the next one.</p>
    );
  }
  const { headline, why, next } = explainPlace(board, address);
  return (
    <div className="notice notice-good" data-testid="own-place">
      <p>
        <strong>{headline}</strong> {why}
      </p>
      <p className="soft">{next}</p>
    </div>
  );
}

function BoardTable({ board }: { board: Standing[] }) {
  const { address } = useConnection();
  return (
    <div className="table-wrap">
      <table className="table table-folding" data-testid="leaderboard">
        <caption className="hidden-visually">Leaderboard, first place first</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              Place
            </th>
            <th scope="col">Contributor</th>
            <th scope="col" className="number">
              Score
            </th>
            <th scope="col" className="number">
              Rate
            </th>
            <th scope="col" className="number">
              Accepted / judged
            </th>
            <th scope="col" className="number">
              Days
            </th>
            <th scope="col" className="number">
              Points
            </th>
            <th scope="col" className="number">
              Earned
            </th>
          </tr>
        </thead>
        <tbody>
          {board.map((standing, index) => (
            <tr
              key={standing.id}
              aria-current={
                standing.contributor.toLowerCase() === address?.toLowerCase() ? "true" : undefined
              }
            >
              <td data-label="Place" className="number">
                {index + 1}
              </td>
              <td data-label="Contributor">
                <Person address={standing.contributor} />
              </td>
              <td data-label="Score" className="number">
                <strong>{formatBps(standing.scoreBps)}</strong>
              </td>
              <td data-label="Rate" className="number">
                {formatBps(rateBps(standing))}
              </td>
              <td data-label="Accepted" className="number">
                {formatCount(standing.accepted)} / {formatCount(standing.judged)}
              </td>
              <td data-label="Days" className="number">
                {standing.days}
              </td>
              <td data-label="Points" className="number">
                {formatCount(standing.points)}
              </td>
              <td data-label="Earned" className="number">
                <Amount wei={standing.earnedWei} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
