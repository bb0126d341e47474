import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearchParams } from "react-router";
import { type Datanet, datanetQuery } from "../data/datanets.ts";
import { Amount } from "../parts/Amount.tsx";
import { Board } from "../parts/Board.tsx";
import { DatanetFiles } from "../parts/DatanetFiles.tsx";
import { Hash } from "../parts/Hash.tsx";
import { Icon } from "../parts/Icon.tsx";
import { OpenDockets } from "../parts/OpenDockets.tsx";
import { Person } from "../parts/Person.tsx";
import { PoolMark } from "../parts/PoolMark.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { countOf, formatCount } from "../text/measures.ts";
import { MissingPage } from "./MissingPage.tsx";

const TABS = [
  { key: "files", label: "Files" },
  { key: "judging", label: "Being judged" },
  { key: "leaderboard", label: "Leaderboard" },
] as const;

/** One Datanet: what it asks for, what it holds, who gave it. */
export function DatanetPage() {
  const id = Number(useParams().datanet);
  const known = Number.isSafeInteger(id) && id > 0;
  const query = useQuery({ ...datanetQuery(id), enabled: known });
  if (!known) return <MissingPage />;
  return (
    <QueryView query={query} what="the Datanet" lines={8}>
      {(datanet) => (datanet ? <DatanetView datanet={datanet} /> : <MissingPage />)}
    </QueryView>
  );
}

function DatanetView({ datanet }: { datanet: Datanet }) {
  useTitle(datanet.name);
  const [search] = useSearchParams();
  const tab = TABS.find(({ key }) => key === search.get("show"))?.key ?? "files";
  return (
    <>
      <div className="page-head">
        <div className="stack-tight">
          <div className="row">
            <PoolMark pool={datanet.pool} />
            <span className="small soft">
              Datanet {datanet.id} · licence {datanet.licence}
            </span>
            {!datanet.open && <span className="mark mark-warn">Closed to new files</span>}
          </div>
          <h1>{datanet.name}</h1>
        </div>
        <Link
          className="button button-main"
          to={`/contribute?datanet=${datanet.id}`}
          data-testid="contribute-here"
        >
          <Icon name="upload" />
          Contribute
        </Link>
      </div>
      <div className="two-columns">
        <section className="stack-tight" aria-labelledby="guidelines-heading">
          <h2 id="guidelines-heading">Guidelines</h2>
          <p className="prose">{datanet.guidelines || "The owner gave no guidelines."}</p>
        </section>
        <DatanetFacts datanet={datanet} />
      </div>
      <nav className="tabs" aria-label="What to show of the Datanet">
        {TABS.map(({ key, label }) => (
          <Link
            key={key}
            to={`?show=${key}`}
            replace
            aria-current={key === tab ? "page" : undefined}
            preventScrollReset
          >
            {label}
            {key === "judging" && datanet.filesPending > 0 && ` (${datanet.filesPending})`}
          </Link>
        ))}
      </nav>
      {tab === "files" && <DatanetFiles datanet={datanet.id} />}
      {tab === "judging" && <OpenDockets pool={datanet.pool} />}
      {tab === "leaderboard" && <Board datanet={datanet.id} />}
    </>
  );
}

function DatanetFacts({ datanet }: { datanet: Datanet }) {
  return (
    <dl className="sheet card-ledger">
      <dt>Reward a point</dt>
      <dd>
        <Amount wei={datanet.rewardWei} />
      </dd>
      <dt>Fee a file, paid to validators</dt>
      <dd>
        <Amount wei={datanet.feeWei} />
      </dd>
      <dt>Files</dt>
      <dd>
        {formatCount(datanet.filesAccepted)} accepted, {formatCount(datanet.filesRejected)} rejected
      </dd>
      <dt>Contributors</dt>
      <dd>{formatCount(datanet.contributors)}</dd>
      <dt>Version</dt>
      <dd data-testid="version">
        {countOf(datanet.versionCount, "submission")} <Hash value={datanet.versionHead} what="version head" />
      </dd>
      <dt>Owner</dt>
      <dd>
        <Person address={datanet.owner} />
      </dd>
      <dt>Paid to contributors</dt>
      <dd>
        <Amount wei={datanet.paidWei} />
      </dd>
      <dt>Reserved for files being judged</dt>
      <dd>
        <Amount wei={datanet.reservedWei} />
      </dd>
      <dt className="total">Money left</dt>
      <dd className="total">
        <Amount wei={datanet.availableWei} />
      </dd>
    </dl>
  );
}
