import { Link } from "react-router";
import type { Datanet } from "../data/datanets.ts";
import { formatCount } from "../text/measures.ts";
import { Amount } from "./Amount.tsx";
import { PoolMark } from "./PoolMark.tsx";

/** A Datanet at a glance. */
export function DatanetCard({ datanet }: { datanet: Datanet }) {
  return (
    <article className="sheet card" data-testid={`datanet-${datanet.id}`}>
      <div className="row row-between">
        <PoolMark pool={datanet.pool} />
        {!datanet.open && <span className="mark mark-warn">Closed to new files</span>}
        {datanet.open && datanet.availableWei === 0n && <span className="mark mark-warn">No money left</span>}
      </div>
      <h3 className="card-title">
        <Link to={`/datanets/${datanet.id}`}>{datanet.name}</Link>
      </h3>
      <p className="small soft">Licence {datanet.licence}</p>
      <dl className="card-ledger">
        <dt>Reward a point</dt>
        <dd>
          <Amount wei={datanet.rewardWei} />
        </dd>
        <dt>Accepted</dt>
        <dd>
          {formatCount(datanet.filesAccepted)} {datanet.filesAccepted === 1 ? "file" : "files"}
        </dd>
        <dt>Rejected</dt>
        <dd>
          {formatCount(datanet.filesRejected)} {datanet.filesRejected === 1 ? "file" : "files"}
        </dd>
        <dt>Contributors</dt>
        <dd>{formatCount(datanet.contributors)}</dd>
        <dt className="total">Money left</dt>
        <dd className="total">
          <Amount wei={datanet.availableWei} decimals={2} />
        </dd>
      </dl>
    </article>
  );
}
