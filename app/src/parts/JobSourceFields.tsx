import type { Base } from "../data/bases.ts";
import type { Datanet } from "../data/datanets.ts";
import { countOf } from "../text/measures.ts";

type JobSourceFieldsProps = {
  bases: Base[];
  datanets: Datanet[];
  base: Base | undefined;
  datanet: Datanet | undefined;
  onBase: (digest: Base["digest"]) => void;
  onDatanet: (id: number) => void;
};

/** Which model is tuned, on which data. */
export function JobSourceFields({ bases, datanets, base, datanet, onBase, onDatanet }: JobSourceFieldsProps) {
  return (
    <fieldset className="sheet stack">
      <legend>Model and data</legend>
      <div className="field-grid">
        <div className="field">
          <label htmlFor="job-base">Base model</label>
          <select
            id="job-base"
            className="input"
            value={base?.digest}
            onChange={(event) => onBase(event.target.value as Base["digest"])}
          >
            {bases.map(({ digest, name, family }) => (
              <option key={digest} value={digest}>
                {name} ({family})
              </option>
            ))}
          </select>
          <p className="field-hint">The model that is tuned. Its licence: {base?.licence ?? "unknown"}.</p>
        </div>
        <div className="field">
          <label htmlFor="job-datanet">Data</label>
          <select
            id="job-datanet"
            className="input"
            value={datanet?.id}
            onChange={(event) => onDatanet(Number(event.target.value))}
          >
            {datanets.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <p className="field-hint">
            Its version now: {countOf(datanet?.versionCount ?? 0, "accepted submission")}. Files accepted
            later are not part of this job.
          </p>
        </div>
        <div className="field">
          <span className="field-label">Method</span>
          <p>LoRA</p>
          <p className="field-hint">A small adapter is trained; the base model stays as it is.</p>
        </div>
      </div>
    </fieldset>
  );
}
