import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { datanetsQuery } from "../data/datanets.ts";
import { DatanetCard } from "../parts/DatanetCard.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Icon } from "../parts/Icon.tsx";
import { QueryView } from "../parts/QueryView.tsx";
import { useTitle } from "../parts/useTitle.ts";

/** Every Datanet on a card. */
export function HomePage() {
  useTitle("Datanets");
  const datanets = useQuery(datanetsQuery());
  return (
    <>
      <div className="page-head">
        <div className="stack-tight">
          <h1>Data that earns its keep</h1>
          <p className="lead">
            Give files to a Datanet. Validators drawn at random grade each one and say why; accepted files are
            paid in OPEN, and models are trained on them.
          </p>
        </div>
        <Link className="button button-main" to="/contribute">
          <Icon name="upload" />
          Contribute files
        </Link>
      </div>
      <section className="stack" aria-labelledby="datanets-heading">
        <h2 id="datanets-heading">Datanets</h2>
        <QueryView query={datanets} what="the Datanets" lines={8}>
          {(list) =>
            list.length > 0 ? (
              <ul className="card-grid">
                {list.map((datanet) => (
                  <li key={datanet.id}>
                    <DatanetCard datanet={datanet} />
                  </li>
                ))}
              </ul>
            ) : (
              <Empty title="No Datanet exists yet">
                <p>
                  Anybody can create one: call <code>create</code> on the Datanets contract with a pool, a
                  reward and guidelines, then <code>fund</code> it. On a local chain <code>npm run up</code>{" "}
                  makes three for the demo.
                </p>
              </Empty>
            )
          }
        </QueryView>
      </section>
    </>
  );
}
