import type { Outcome } from "./outcome.ts";

/** A mean over seeds and the half-width of its 95 % confidence interval. */
export type Estimate = { mean: number; margin: number };

/** Student's t at 97.5 %, by degrees of freedom from one. */
const t975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** What seeds agree on. A figure that a seed lacks, a mean of nothing, is estimated from the others. */
export function estimate(outcomes: readonly Outcome[]): Record<string, Estimate> {
  const names = [...new Set(outcomes.flatMap((outcome) => Object.keys(outcome)))].sort();
  return Object.fromEntries(
    names.map((name) => [name, estimateOf(outcomes.flatMap((outcome) => outcome[name] ?? []))]),
  );
}

function estimateOf(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean: round(mean), margin: 0 };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const t = t975[n - 2] ?? 1.96;
  return { mean: round(mean), margin: round(t * Math.sqrt(variance / n)) };
}

/** Five significant digits: more than any seed supports, and the same on every machine. */
export function round(value: number): number {
  return Number(value.toPrecision(5));
}
