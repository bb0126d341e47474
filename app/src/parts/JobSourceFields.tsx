import { TEXT } from "@openledger/sdk/pools";
import { TEXT_ONLY } from "@openledger/sdk/trainableData";
import type { Base } from "../data/bases.ts";
import type { Datanet } from "../data/datanets.ts";
import type { Release } from "../data/releases.ts";
import { countOf } from "../text/measures.ts";

/** What the Datanets that are not of texts hold. */
const HELD: Readonly<Record<number, string>> = { 1: ", images", 2: ", audio" };

type JobSourceFieldsProps = {
  bases: Base[];
  datanets: Datanet[];
  base: Base | undefined;
  datanet: Datanet | undefined;
  /** The release that is refined; its base is given. */
  parent: Release | undefined;
  onBase: (digest: Base["digest"]) => void;
  onDatanet: (id: number) => void;
};

/** Which model is tuned, on which data. */
export function JobSourceFields({
  bases,
  datanets,
  base,
  datanet,
  parent,
  onBase,
  onDatanet,
}: JobSourceFieldsProps) {
  const isText = datanet === undefined || datanet.pool === TEXT;
  return (
    <fieldset className="sheet stack">
      <legend>{parent ? `Refine release ${parent.id}` : "Model and data"}</legend>
      <div className="field-grid">
        <div className="field">
          <label htmlFor="job-base">Base model</label>
          <select
            id="job-base"
            className="input"
            value={base?.digest}
            disabled={parent !== undefined}
            aria-describedby="job-base-hint"
            onChange={(event) => onBase(event.target.value as Base["digest"])}
          >
            {bases.map(({ digest, name, family }) => (
              <option key={digest} value={digest}>
                {name} ({family})
              </option>
            ))}
          </select>
          <p className="field-hint" id="job-base-hint">
            {parent
              ? `Release ${parent.id} of model ${parent.model} is trained on; its base stays.`
              : "The model that is tuned, from the list that governance keeps."}{" "}
            Its licence: {base?.licence ?? "unknown"}.
          </p>
        </div>
        <div className="field">
          <label htmlFor="job-datanet">Data</label>
          <select
            id="job-datanet"
            className="input"
            value={datanet?.id}
            aria-invalid={!isText}
            aria-describedby="job-datanet-hint"
            onChange={(event) => onDatanet(Number(event.target.value))}
          >
            {datanets.map(({ id, name, pool }) => (
              <option key={id} value={id}>
                {name}
                {HELD[pool] ?? ""}
              </option>
            ))}
          </select>
          {!isText && (
            <p className="field-fault" data-testid="other-trainers">
              {TEXT_ONLY}
            </p>
          )}
          <p className="field-hint" id="job-datanet-hint">
            Its version now: {countOf(datanet?.versionCount ?? 0, "accepted submission")},{" "}
            {countOf(datanet?.filesAccepted ?? 0, "accepted file")}. Files accepted later are not part of this
            job.
          </p>
        </div>
      </div>
    </fieldset>
  );
}
