import { Link } from "react-router";
import type { Provenance } from "../data/completions.ts";
import { countOf } from "../text/measures.ts";
import { short } from "../text/short.ts";
import { Hash } from "./Hash.tsx";

/** What gave an answer: adapter or base, dataset versions, seed, and the server's signed record of it. */
export function ReplyFacts({ provenance }: { provenance: Provenance }) {
  const { adapterDigest, baseDigest, datasets, seed, usageRecord } = provenance;
  const weights = adapterDigest ?? baseDigest;
  const what = adapterDigest === null ? "base's digest" : "adapter's sha256";
  return (
    <dl className="reply-facts small soft" data-testid="reply-facts">
      {weights !== null && (
        <div>
          <dt>{adapterDigest === null ? "Base" : "Adapter"}</dt>
          <dd>
            <Hash value={weights} what={what} />
          </dd>
        </div>
      )}
      {datasets.length > 0 && (
        <div>
          <dt>Data</dt>
          <dd>
            {datasets.map(({ datanet, versionCount, versionHead }, index) => (
              <span key={datanet} title={`Version head ${versionHead}`}>
                {index > 0 && ", "}
                <Link to={`/datanets/${datanet}`}>
                  Datanet {datanet}, {countOf(versionCount, "submission")}
                </Link>
              </span>
            ))}
          </dd>
        </div>
      )}
      <div>
        <dt>Seed</dt>
        <dd>{seed}</dd>
      </div>
      <div>
        <dt>Record</dt>
        <dd>
          <a href={`/chat/v1/usage/${usageRecord}`} target="_blank" rel="noreferrer">
            <code>{short(usageRecord)}</code>
          </a>
        </dd>
      </div>
    </dl>
  );
}
