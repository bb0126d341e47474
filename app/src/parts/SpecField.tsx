import { fieldFault } from "@openledger/sdk/jobDraft";
import {
  type ChoiceField,
  JOB_SPEC_FIELDS,
  type JobSpecField,
  type JobSpecPath,
} from "@openledger/sdk/jobSpecFields";
import { choiceName } from "../text/jobGroups.ts";
import { formatCount } from "../text/measures.ts";

type SpecFieldProps = {
  path: JobSpecPath;
  text: string;
  onText: (text: string) => void;
  /** Why it cannot be changed here. */
  locked?: string | undefined;
  /** What is wrong with it beside its own range. */
  fault?: string | undefined;
};

/** One field of a spec with its unit, its range, a sentence on what it does, and what is wrong with it. */
export function SpecField({ path, text, onText, locked, fault: ownFault }: SpecFieldProps) {
  const field = JOB_SPEC_FIELDS[path];
  const id = `field-${path}`;
  const fault = fieldFault(path, text) ?? ownFault;
  const described = {
    id,
    "aria-describedby": fault === undefined ? `${id}-hint` : `${id}-fault ${id}-hint`,
    disabled: locked !== undefined,
  };
  return (
    <div className="field">
      {field.kind === "flag" ? (
        <label className="row field-flag" htmlFor={id}>
          <input
            {...described}
            type="checkbox"
            checked={text === "true"}
            onChange={(event) => onText(String(event.target.checked))}
          />
          {field.label}
        </label>
      ) : (
        <>
          <label htmlFor={id}>{field.label}</label>
          {field.kind === "choice" ? (
            <Choice field={field} described={described} text={text} onText={onText} />
          ) : (
            <div className="input-with-unit">
              <input
                {...described}
                className="input"
                inputMode="decimal"
                autoComplete="off"
                value={text}
                aria-invalid={fault !== undefined}
                onChange={(event) => onText(event.target.value)}
              />
              <span>{field.unit}</span>
            </div>
          )}
        </>
      )}
      {fault && (
        <p className="field-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      <p className="field-hint" id={`${id}-hint`}>
        {locked ?? `${field.sentence}${rangeText(field)}`}
      </p>
    </div>
  );
}

type ChoiceProps = {
  field: ChoiceField;
  described: { id: string; "aria-describedby": string; disabled: boolean };
  text: string;
  onText: (text: string) => void;
};

function Choice({ field, described, text, onText }: ChoiceProps) {
  return (
    <select {...described} className="input" value={text} onChange={(event) => onText(event.target.value)}>
      {field.choices.map((choice) => (
        <option key={choice} value={choice}>
          {choiceName(choice)}
        </option>
      ))}
    </select>
  );
}

function rangeText(field: JobSpecField): string {
  if (field.kind !== "integer" && field.kind !== "number") return "";
  const write = (value: number) => (field.kind === "integer" ? formatCount(value) : String(value));
  return ` From ${write(field.minimum)} to ${write(field.maximum)}.`;
}
