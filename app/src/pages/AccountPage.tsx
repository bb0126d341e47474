import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { datanetsQuery } from "../data/datanets.ts";
import { standingsOfQuery } from "../data/standings.ts";
import { submissionsOfQuery } from "../data/submissions.ts";
import { Amount } from "../parts/Amount.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Hash } from "../parts/Hash.tsx";
import { Purse } from "../parts/Purse.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { countOf, formatBps, formatBytes, formatCount } from "../text/measures.ts";
import { rateBps } from "../text/place.ts";
import { formatMoment } from "../text/times.ts";
import { WalletChoices } from "../wallet/WalletChoices.tsx";

/** What the connected address holds, has earned and has given. */
export default function AccountPage() {
  useTitle("Account");
  const { address } = useConnection();
  if (!address) {
    return (
      <>
        <h1>Account</h1>
        <section className="sheet stack" aria-label="Connect a wallet">
          <p>Connect a wallet to see its OPEN, its standing and its submissions.</p>
          <div className="field-narrow stack-tight">
            <WalletChoices onDone={() => undefined} />
          </div>
        </section>
      </>
    );
  }
  return (
    <>
      <div className="stack-tight">
        <h1>Account</h1>
        <Hash value={address} what="address" />
      </div>
      <Purse account={address} />
      <Standings account={address} />
      <Submissions account={address} />
    </>
  );
}

function Standings({ account }: { account: Address }) {
  const standings = useQuery(standingsOfQuery(account));
  const datanets = useQuery(datanetsQuery());
  const nameOf = (id: number) => datanets.data?.find((datanet) => datanet.id === id)?.name ?? `Datanet ${id}`;
  return (
    <section className="stack" aria-labelledby="standings-heading">
      <h2 id="standings-heading">Standing</h2>
      <QueryView query={standings} what="your standing">
        {(list) =>
          list.length === 0 ? (
            <Empty title="No verdict yet">
              <p>
                A score comes with the first verdict on a file of yours.{" "}
                <Link to="/contribute">Contribute files</Link>.
              </p>
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table table-folding">
                <caption className="hidden-visually">Your standing in each Datanet</caption>
                <thead>
                  <tr>
                    <th scope="col">Datanet</th>
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
                      Points
                    </th>
                    <th scope="col" className="number">
                      Earned
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((standing) => (
                    <tr key={standing.id}>
                      <td data-label="Datanet">
                        <Link to={`/datanets/${standing.datanet}?show=leaderboard`}>
                          {nameOf(standing.datanet)}
                        </Link>
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
          )
        }
      </QueryView>
    </section>
  );
}

const STATES = { JUDGING: "Being judged", SETTLED: "Verdict known", FINALIZED: "Done" } as const;

function Submissions({ account }: { account: Address }) {
  const submissions = useQuery(submissionsOfQuery(account));
  return (
    <section className="stack" aria-labelledby="submissions-heading">
      <h2 id="submissions-heading">Submissions</h2>
      <QueryView query={submissions} what="your submissions">
        {(list) =>
          list.length === 0 ? (
            <Empty title="Nothing submitted yet">
              <p>
                <Link to="/contribute">Contribute files</Link>; every submission appears here with its
                verdicts.
              </p>
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table table-folding">
                <caption className="hidden-visually">Your submissions, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">Submitted</th>
                    <th scope="col">Files</th>
                    <th scope="col">State</th>
                    <th scope="col" className="number">
                      Earned
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((submission) => (
                    <tr key={submission.root}>
                      <td data-label="Submitted">
                        <Link to={`/submissions/${submission.root}`}>
                          {formatMoment(submission.submittedAt)}
                        </Link>
                      </td>
                      <td data-label="Files">
                        {countOf(submission.files, "file")}, {formatBytes(submission.sizeBytes)}
                      </td>
                      <td data-label="State">
                        {STATES[submission.state]}
                        {submission.state !== "JUDGING" &&
                          `: ${submission.accepted} of ${submission.files} accepted`}
                      </td>
                      <td data-label="Earned" className="number">
                        {submission.rewardWei === null ? "not yet" : <Amount wei={submission.rewardWei} />}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </QueryView>
    </section>
  );
}
