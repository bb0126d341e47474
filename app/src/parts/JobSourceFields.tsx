import type { Base } from "../data/bases.ts";
import type { Datanet } from "../data/datanets.ts";
import type { Release } from "../data/releases.ts";
import { JobDataField } from "./JobDataField.tsx";

type JobSourceFieldsProps = {
  bases: Base[];
  datanets: Datanet[];
  base: Base | undefined;
  /** The Datanets that are chosen, by their number. */
  chosen: readonly number[];
  /** The release that is refined; its base is given. */
  parent: Release | undefined;
  onBase: (digest: Base["digest"]) => void;
  onChosen: (ids: number[]) => void;
};

/** Which model is tuned, on which data. */
export function JobSourceFields({
  bases,
  datanets,
  base,
  chosen,
  parent,
  onBase,
  onChosen,
}: JobSourceFieldsProps) {
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
        <JobDataField datanets={datanets} chosen={chosen} onChosen={onChosen} />
      </div>
    </fieldset>
  );
}
