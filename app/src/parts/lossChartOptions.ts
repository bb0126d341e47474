import type uPlot from "uplot";
import type { LossPoint } from "../data/jobs.ts";

/** The colours that a canvas needs to know, taken from the theme in force. */
export type ChartColours = { ink: string; rule: string; line: string; dots: string };

/** Read the theme's colours where the chart stands. */
export function chartColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { ink: read("--ink-soft"), rule: read("--rule"), line: read("--accent"), dots: read("--base-line") };
}

/** Both series on one axis of steps, in nats. A step that a series does not know is null there. */
export function chartData(losses: LossPoint[], evaluations: LossPoint[]): uPlot.AlignedData {
  const byStep = new Map(losses.map((point) => [point.step, point.lossMicronats / 1e6]));
  const heldOut = new Map(evaluations.map((point) => [point.step, point.lossMicronats / 1e6]));
  const steps = [...new Set([...byStep.keys(), ...heldOut.keys()])].sort((a, b) => a - b);
  return [
    steps,
    steps.map((step) => byStep.get(step) ?? null),
    steps.map((step) => heldOut.get(step) ?? null),
  ];
}

const WHOLE_STEPS = [1, 2, 5]
  .flatMap((base) => [1, 10, 100, 1_000, 10_000].map((power) => base * power))
  .sort((a, b) => a - b);

/** How the chart looks; its axis goes from 0 to the run's last step, so that the curve shows how far the run is. */
export function chartOptions(
  width: number,
  steps: number,
  { ink, rule, line, dots }: ChartColours,
): uPlot.Options {
  const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
  return {
    width: Math.max(width, 200),
    height: 260,
    legend: { show: false },
    cursor: { y: false },
    scales: { x: { time: false, range: (_, __, last) => [0, Math.max(last ?? 0, steps, 1)] } },
    axes: [
      { ...axis, incrs: WHOLE_STEPS },
      { ...axis, size: 56 },
    ],
    series: [
      { label: "step" },
      { label: "training", stroke: line, width: 2, spanGaps: true, points: { show: false } },
      {
        label: "held out",
        stroke: dots,
        width: 0,
        points: { show: true, size: 9, fill: dots, stroke: dots },
      },
    ],
  };
}
