import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { type Datanet, datanetsQuery } from "../data/datanets.ts";
import { readOwnSubmissions } from "../data/ownSubmissions.ts";
import { Amount } from "../parts/Amount.tsx";
import { ContributeForm } from "../parts/ContributeForm.tsx";
import { Empty } from "../parts/Empty.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";
import { countOf } from "../text/measures.ts";

/** Choose a Datanet, drop files, sign once. */
export default function ContributePage() {
  useTitle("Contribute");
  const datanets = useQuery(datanetsQuery());
  const [search, setSearch] = useSearchParams();
  return (
    <>
      <div className="stack-tight">
        <h1>Contribute files</h1>
        <p className="lead">
          A dry run tells what would be refused before anything is spent. Then you sign once, and follow every
          file to its verdict.
        </p>
      </div>
      <QueryView query={datanets} what="the Datanets">
        {(list) => {
          const open = list.filter((datanet) => datanet.open);
          const chosen = open.find(({ id }) => String(id) === search.get("datanet")) ?? open[0];
          if (!chosen) {
            return (
              <Empty title="No Datanet takes files now">
                <p>
                  Each one is closed, or none exists yet. <Link to="/">Look at the Datanets</Link>.
                </p>
              </Empty>
            );
          }
          return (
            <>
              <section className="sheet stack" aria-labelledby="datanet-heading">
                <h2 id="datanet-heading">1. Datanet</h2>
                <DatanetChoice
                  datanets={open}
                  chosen={chosen}
                  onChoose={(id) => setSearch({ datanet: String(id) }, { replace: true })}
                />
              </section>
              <ContributeForm key={chosen.id} datanet={chosen} />
            </>
          );
        }}
      </QueryView>
      <UnderWay />
    </>
  );
}

type DatanetChoiceProps = { datanets: Datanet[]; chosen: Datanet; onChoose: (id: number) => void };

function DatanetChoice({ datanets, chosen, onChoose }: DatanetChoiceProps) {
  return (
    <div className="field-grid">
      <div className="field">
        <label htmlFor="contribute-datanet">Give the files to</label>
        <select
          id="contribute-datanet"
          className="input"
          data-testid="datanet-select"
          value={chosen.id}
          onChange={(event) => onChoose(Number(event.target.value))}
        >
          {datanets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <p className="field-hint">
          <Amount wei={chosen.rewardWei} /> a point; a file earns 1 point when fair, 2 when good, 3 when
          excellent. Licence {chosen.licence}.
        </p>
      </div>
      <div className="field">
        <span className="field-label">Guidelines</span>
        <p className="prose small">{chosen.guidelines || "The owner gave no guidelines."}</p>
      </div>
    </div>
  );
}

/** Submissions that were signed in this browser, so that a reload loses nothing. */
function UnderWay() {
  const [own] = useState(() => readOwnSubmissions());
  if (own.length === 0) return null;
  return (
    <section className="stack-tight" aria-labelledby="own-heading">
      <h2 id="own-heading">Signed in this browser</h2>
      <ul className="plain-list">
        {own.slice(0, 8).map(({ root, names, at }) => (
          <li key={root}>
            <Link to={`/submissions/${root}`}>
              {names[0]}
              {names.length > 1 && ` and ${countOf(names.length - 1, "more file", "more files")}`}
            </Link>{" "}
            <span className="small soft">{new Date(at).toLocaleString()}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
