import { useId } from "react";

type MeterProps = { label: string; value: number; maximum: number; text: string };

/** How much is left of something. */
export function Meter({ label, value, maximum, text }: MeterProps) {
  const id = useId();
  return (
    <div className="meter">
      <div className="row row-between small">
        <label htmlFor={id}>{label}</label>
        <span>{text}</span>
      </div>
      <meter
        id={id}
        min={0}
        max={maximum}
        low={maximum * 0.15}
        optimum={maximum}
        value={value}
        aria-valuetext={text}
      />
    </div>
  );
}
