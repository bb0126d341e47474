import type { NumberField as Field } from "@openledger/sdk/jobSpecFields";
import { numberFault } from "../data/jobDraft.ts";
import { formatCount } from "../text/measures.ts";

type NumberFieldProps = { field: Field; text: string; onText: (text: string) => void };

/** One number with its unit, its range and a sentence on what it does. */
export function NumberField({ field, text, onText }: NumberFieldProps) {
  const id = `field-${field.path}`;
  const fault = numberFault(field.path, text);
  return (
    <div className="field">
      <label htmlFor={id}>{field.label}</label>
      <div className="input-with-unit">
        <input
          id={id}
          className="input"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onText(event.target.value)}
        />
        <span>{field.unit}</span>
      </div>
      {fault && <p className="field-fault">{fault}</p>}
      <p className="field-hint" id={`${id}-hint`}>
        {field.sentence} {rangeText(field)}
      </p>
    </div>
  );
}

function rangeText({ minimum, maximum, kind }: Field): string {
  const write = (value: number) => (kind === "integer" ? formatCount(value) : String(value));
  return `From ${write(minimum)} to ${write(maximum)}.`;
}
