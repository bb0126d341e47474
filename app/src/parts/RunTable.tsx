import type { JobProgress } from "../data/jobProgress.ts";
import { someSteps } from "../text/curves.ts";
import { formatCount, formatLoss, formatMemory, formatRate } from "../text/measures.ts";

/** Rows that a table of a run has at most. */
const MOST_ROWS = 60;

/** The numbers behind the pictures, of some steps of a long run and of every evaluation that fits. */
export function RunTable({ progress: { points, evaluations } }: { progress: JobProgress }) {
  const steps = someSteps(
    [
      ...someSteps(
        points.map(({ step }) => step),
        MOST_ROWS / 2,
      ),
      ...evaluations.map(({ step }) => step),
    ],
    MOST_ROWS,
  );
  const byStep = new Map(points.map((point) => [point.step, point]));
  const heldOut = new Map(evaluations.map((point) => [point.step, point.lossMicronats]));
  const or = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? <span className="soft">–</span> : format(value);
  return (
    <details>
      <summary>The numbers as a table</summary>
      <div className="table-wrap">
        <table className="table table-folding table-numbers small">
          <caption className="hidden-visually">The run by step</caption>
          <thead>
            <tr>
              {[
                "Step",
                "Training loss",
                "Held-out loss",
                "Learning rate",
                "Gradient norm",
                "Tokens/s",
                "Memory",
              ].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => {
              const point = byStep.get(step);
              return (
                <tr key={step}>
                  <th scope="row" data-label="Step">
                    {formatCount(step)}
                  </th>
                  <td data-label="Training loss">{or(point?.lossMicronats, formatLoss)}</td>
                  <td data-label="Held-out loss">{or(heldOut.get(step), formatLoss)}</td>
                  <td data-label="Learning rate">{or(point?.learningRate, formatRate)}</td>
                  <td data-label="Gradient norm">{or(point?.gradientNorm, formatRate)}</td>
                  <td data-label="Tokens/s">
                    {or(point?.tokensPerSecond, (value) => formatCount(Math.round(value)))}
                  </td>
                  <td data-label="Memory">{or(point?.memoryBytes, formatMemory)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
