import { MOST_DATASETS } from "@openledger/sdk/jobSpec";
import { TEXT } from "@openledger/sdk/pools";
import { TEXT_ONLY } from "@openledger/sdk/trainableData";
import type { Datanet } from "../data/datanets.ts";
import { countOf } from "../text/measures.ts";

/** What the Datanets that are not of texts hold. */
const HELD: Readonly<Record<number, string>> = { 1: "images, ", 2: "audio, " };

type JobDataFieldProps = {
  datanets: Datanet[];
  chosen: readonly number[];
  onChosen: (ids: number[]) => void;
};

/** Which Datanets a model learns from. */
export function JobDataField({ datanets, chosen, onChosen }: JobDataFieldProps) {
  const isText = datanets.every(({ id, pool }) => pool === TEXT || !chosen.includes(id));
  const isFull = chosen.length >= MOST_DATASETS;
  const toggled = (id: number) =>
    chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
  return (
    <fieldset className="field field-many" aria-describedby="job-data-hint" data-testid="job-data">
      <legend>Data</legend>
      <ul className="plain-list choice-list">
        {datanets.map(({ id, name, pool, versionCount, filesAccepted }) => (
          <li key={id}>
            <label className="row">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                disabled={isFull && !chosen.includes(id)}
                onChange={() => onChosen(toggled(id))}
              />
              <span>
                {name}{" "}
                <span className="soft small">
                  {HELD[pool]}
                  {countOf(filesAccepted, "file")} of {countOf(versionCount, "submission")}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {chosen.length === 0 && <p className="field-fault">Choose at least one.</p>}
      {!isText && (
        <p className="field-fault" data-testid="other-trainers">
          {TEXT_ONLY}
        </p>
      )}
      <p className="field-hint" id="job-data-hint">
        One Datanet or several, at most {MOST_DATASETS}. Files accepted later are not part of this job.
      </p>
    </fieldset>
  );
}
