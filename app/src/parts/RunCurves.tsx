import { useId, useState } from "react";
import { bestEvaluation, type JobProgress, type StepPoint } from "../data/jobProgress.ts";
import type { LossPoint } from "../data/jobs.ts";
import { type CurvePoint, pointAt } from "../text/curves.ts";
import { formatCount, formatLoss, formatRate } from "../text/measures.ts";
import { Curve } from "./Curve.tsx";

type Told = Exclude<keyof StepPoint, "step" | "lossMicronats">;

/** What a step tells beside its loss; a curve is drawn only of what the trainer told. */
const SMALL: readonly {
  fact: Told;
  title: string;
  unit: string;
  format: (value: number) => string;
  /** What one of the unit is of the fact. */
  size?: number;
}[] = [
  { fact: "learningRate", title: "Learning rate", unit: "per step", format: formatRate },
  { fact: "gradientNorm", title: "Gradient norm", unit: "unclipped", format: formatRate },
  {
    fact: "tokensPerSecond",
    title: "Speed",
    unit: "tokens a second",
    format: (value) => formatCount(Math.round(value)),
  },
  {
    fact: "memoryBytes",
    title: "Memory",
    unit: "MiB in use",
    format: (value) => formatCount(Math.round(value)),
    size: 2 ** 20,
  },
];

type RunCurvesProps = { progress: JobProgress; steps: number };

/** A run in pictures that share one step: pointed at, or chosen with the slider below them. */
export function RunCurves({ progress: { points, evaluations, stopped }, steps }: RunCurvesProps) {
  const [chosen, setChosen] = useState<number>();
  const slider = useId();
  const last = Math.max(points.at(-1)?.step ?? 0, evaluations.at(-1)?.step ?? 0);
  const lastStep = Math.max(steps, last, 1);
  const at = Math.min(chosen ?? last, last);
  const best =
    stopped === undefined
      ? bestEvaluation(evaluations)
      : (evaluations.find(({ step }) => step === stopped.bestStep) ?? bestEvaluation(evaluations));
  const shared = { lastStep, at, onAt: setChosen };
  const now = pointAt(points, at);
  const measured = pointAt(evaluations, at);
  const reading = [
    now && `training ${formatLoss(now.lossMicronats)}`,
    measured && `held out ${formatLoss(measured.lossMicronats)}`,
  ].filter(Boolean);
  return (
    <div className="stack" data-testid="loss-chart" data-points={points.length}>
      <Curve
        {...shared}
        large
        title="Loss"
        unit="nats a token"
        series={[
          { name: "training", kind: "line", points: points.map(lossOf) },
          { name: "held out", kind: "dots", points: evaluations.map(lossOf) },
        ]}
        best={best && lossOf(best)}
        reading={reading.join(", ")}
        label={lossSentence(points, evaluations, best)}
        format={trimmed}
      />
      <p className="row small soft">
        <span className="key">Training loss</span>
        <span className="key key-dots">Held-out loss</span>
        {best && (
          <span className="key key-best">
            Best: {formatLoss(best.lossMicronats)} at step {formatCount(best.step)}
          </span>
        )}
      </p>
      <div className="curve-grid">
        {SMALL.map(({ fact, title, unit, format, size = 1 }) => {
          const known = points.flatMap(({ step, [fact]: value }) =>
            value === undefined ? [] : [{ step, value: value / size }],
          );
          const value = pointAt(known, at)?.value;
          if (value === undefined) return null;
          return (
            <Curve
              key={fact}
              {...shared}
              title={title}
              unit={unit}
              series={[{ name: title, kind: "line", points: known }]}
              reading={format(value)}
              label={rangeSentence(title, known, format)}
              format={format}
            />
          );
        })}
      </div>
      {last > 0 && (
        <div className="row curve-slider">
          <label htmlFor={slider}>Values at step</label>
          <input
            id={slider}
            type="range"
            min={0}
            max={last}
            value={at}
            onChange={(event) => setChosen(Number(event.target.value))}
          />
          <output htmlFor={slider}>{formatCount(at)}</output>
        </div>
      )}
    </div>
  );
}

function lossOf({ step, lossMicronats }: LossPoint): CurvePoint {
  return { step, value: lossMicronats / 1e6 };
}

function trimmed(value: number): string {
  return String(value);
}

function lossSentence(
  points: readonly LossPoint[],
  evaluations: readonly LossPoint[],
  best: LossPoint | undefined,
): string {
  const told = (what: string, of: readonly LossPoint[]) => {
    const [first, last] = [of[0], of.at(-1)];
    return first && last
      ? `${what} from ${formatLoss(first.lossMicronats)} at step ${first.step} to ${formatLoss(last.lossMicronats)} at step ${last.step}. `
      : "";
  };
  const lowest = best ? `Lowest held-out loss ${formatLoss(best.lossMicronats)} at step ${best.step}.` : "";
  return `${told("Training loss", points)}${told("Held-out loss", evaluations)}${lowest}`.trim();
}

function rangeSentence(title: string, points: CurvePoint[], format: (value: number) => string): string {
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  return `${title} between ${format(values[0] ?? 0)} and ${format(values.at(-1) ?? 0)}, ${format(points.at(-1)?.value ?? 0)} at step ${points.at(-1)?.step ?? 0}.`;
}
