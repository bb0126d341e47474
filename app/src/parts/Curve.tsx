import type { PointerEvent } from "react";
import { type CurvePoint, pathOf, placeOf, scaleOf } from "../text/curves.ts";

/** A line of a picture, or dots where something was measured now and then. */
type Series = {
  name: string;
  kind: "line" | "dots";
  points: readonly CurvePoint[];
};

type CurveProps = {
  title: string;
  unit: string;
  series: readonly Series[];
  /** The step at the right edge. */
  lastStep: number;
  /** The step whose values are read off. */
  at: number;
  onAt: (step: number | undefined) => void;
  /** What stands beside the title: the values at that step. */
  reading: string;
  /** The picture in a sentence. */
  label: string;
  format: (value: number) => string;
  /** A dot that is marked, such as the best evaluation. */
  best?: CurvePoint | undefined;
  large?: boolean;
};

/**
 * One curve by step. The lines keep their width at any size, and text stays text: axis and readings are not part of the
 * drawing, which the table below repeats in numbers.
 */
export function Curve({
  title,
  unit,
  series,
  lastStep,
  at,
  onAt,
  reading,
  label,
  format,
  best,
  large = false,
}: CurveProps) {
  const steps = Math.max(lastStep, 1);
  const scale = scaleOf(series.flatMap(({ points }) => points.map(({ value }) => value)));
  const x = (step: number) => (1000 * step) / steps;
  const y = (value: number) => 100 * placeOf(value, scale);
  const dot = ({ step, value }: CurvePoint) => `M${x(step)} ${y(value)}h0.01`;

  function point({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) {
    const { left, width } = currentTarget.getBoundingClientRect();
    onAt(Math.round(Math.min(1, Math.max(0, (clientX - left) / width)) * steps));
  }

  return (
    <figure className={large ? "curve curve-large" : "curve"}>
      <figcaption className="curve-head">
        <span className="curve-title">
          {title} <span className="curve-unit">{unit}</span>
        </span>
        <strong className="small">{reading}</strong>
      </figcaption>
      <div className="curve-body">
        <div className="curve-axis" aria-hidden="true">
          {scale.ticks.map((tick, index) => (
            <span key={tick} style={{ top: `${y(tick)}%` }}>
              {/* Values that hardly differ round to one text, which says nothing twice. */}
              {index > 0 && format(tick) === format(scale.ticks[index - 1] ?? 0) ? "" : format(tick)}
            </span>
          ))}
        </div>
        <svg
          className="curve-picture"
          viewBox="0 0 1000 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => onAt(undefined)}
        >
          {scale.ticks.map((tick) => (
            <path key={tick} className="curve-rule" d={`M0 ${y(tick)}H1000`} />
          ))}
          <path className="curve-cursor" d={`M${x(at)} 0V100`} />
          {series.map(({ name, kind, points }) =>
            kind === "line" ? (
              <path key={name} className="curve-line" d={pathOf(points, steps, scale)} />
            ) : (
              <path key={name} className="curve-dots" d={points.map(dot).join("")} />
            ),
          )}
          {best && (
            <>
              <path className="curve-best" d={dot(best)} />
              <path className="curve-best-heart" d={dot(best)} />
            </>
          )}
        </svg>
      </div>
      <div className="curve-steps" aria-hidden="true">
        <span>0</span>
        <span>step {steps}</span>
      </div>
    </figure>
  );
}
