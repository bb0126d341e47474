import { changedDraft, type JobDraft } from "@openledger/sdk/jobDraft";
import { JOB_SPEC_FIELDS, type JobSpecPath } from "@openledger/sdk/jobSpecFields";
import { useId, useState } from "react";
import { JOB_GROUPS } from "../text/jobGroups.ts";
import { countOf } from "../text/measures.ts";
import { SpecField } from "./SpecField.tsx";

/** How many steps a job begins with that is counted in steps. */
const USUAL_STEPS = "100";

type JobRecipeFieldsProps = {
  draft: JobDraft;
  onDraft: (draft: JobDraft) => void;
  /** Fields that are given, with the reason. */
  locked: Partial<Record<JobSpecPath, string>>;
};

/** Everything about the training that can be chosen, in groups; what usually stays as it is is folded away. */
export function JobRecipeFields({ draft, onDraft, locked }: JobRecipeFieldsProps) {
  const [byEpochs, setByEpochs] = useState(draft["training.steps"] === "0");
  const field = (path: JobSpecPath) => (
    <SpecField
      key={path}
      path={path}
      text={draft[path]}
      locked={locked[path]}
      fault={durationFault(path, draft[path])}
      onText={(text) => onDraft(changedDraft(draft, path, text))}
    />
  );
  const shown = (path: JobSpecPath) => path !== (byEpochs ? "training.steps" : "training.epochs");
  return (
    <>
      {JOB_GROUPS.map(({ title, first, more }) => (
        <fieldset key={title} className="sheet stack">
          <legend>{title}</legend>
          <div className="stack">
            {first.includes("training.steps") && (
              <Duration
                byEpochs={byEpochs}
                onChoice={(epochs) => {
                  setByEpochs(epochs);
                  onDraft(withDuration(draft, epochs));
                }}
              />
            )}
            <div className="field-grid">{first.filter(shown).map(field)}</div>
            {more.length > 0 && (
              <details>
                <summary>
                  More: {more.map((path) => JOB_SPEC_FIELDS[path].label).join(", ")}
                  {changedText(more, draft)}
                </summary>
                <div className="field-grid">{more.map(field)}</div>
              </details>
            )}
          </div>
        </fieldset>
      ))}
    </>
  );
}

function Duration({ byEpochs, onChoice }: { byEpochs: boolean; onChoice: (byEpochs: boolean) => void }) {
  const name = useId();
  const choice = (label: string, value: boolean) => (
    <label className="row">
      <input type="radio" name={name} checked={byEpochs === value} onChange={() => onChoice(value)} />
      {label}
    </label>
  );
  return (
    <div className="row" role="radiogroup" aria-label="How long">
      {choice("Passes over the data", true)}
      {choice("A number of steps", false)}
    </div>
  );
}

function withDuration(draft: JobDraft, byEpochs: boolean): JobDraft {
  return {
    ...draft,
    "training.steps": byEpochs ? "0" : USUAL_STEPS,
    "training.epochs": byEpochs ? String(JOB_SPEC_FIELDS["training.epochs"].default) : "0",
  };
}

/** Of passes and steps the one that is shown must be above 0; the schema alone allows either to be 0. */
function durationFault(path: JobSpecPath, text: string): string | undefined {
  if (Number(text) > 0) return undefined;
  if (path === "training.epochs") return "At least one pass is needed.";
  return path === "training.steps" ? "At least one step is needed." : undefined;
}

function changedText(paths: readonly JobSpecPath[], draft: JobDraft): string {
  const changed = paths.filter((path) => draft[path] !== String(JOB_SPEC_FIELDS[path].default));
  return changed.length === 0 ? "" : ` (${countOf(changed.length, "value")} changed)`;
}
