import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { LossPoint } from "../data/jobs.ts";
import { formatLoss } from "../text/measures.ts";
import { chartColours, chartData, chartOptions } from "./lossChartOptions.ts";

type LossChartProps = { losses: LossPoint[]; evaluations: LossPoint[]; steps: number };

/** The loss by step, with the held-out evaluations as points; its numbers stand beside it as text. */
export function LossChart({ losses, evaluations, steps }: LossChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const data = useRef(chartData(losses, evaluations));
  data.current = chartData(losses, evaluations);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const target = element;
    function draw() {
      chart.current?.destroy();
      chart.current = new uPlot(
        chartOptions(target.clientWidth, steps, chartColours(target)),
        data.current,
        target,
      );
    }
    draw();
    const resized = new ResizeObserver(() => {
      if (chart.current && target.clientWidth > 0)
        chart.current.setSize({ width: target.clientWidth, height: 260 });
    });
    resized.observe(target);
    // Canvas colours do not follow the theme by themselves.
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", draw);
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [steps]);

  useEffect(() => {
    chart.current?.setData(chartData(losses, evaluations));
  }, [losses, evaluations]);

  const first = losses[0];
  const last = losses.at(-1);
  return (
    <figure className="stack-tight">
      <div
        ref={box}
        className="chart"
        role="img"
        aria-label={
          first && last
            ? `Loss from ${formatLoss(first.lossMicronats)} at step ${first.step} to ${formatLoss(last.lossMicronats)} at step ${last.step}`
            : "No loss has been reported yet"
        }
        data-testid="loss-chart"
        data-points={losses.length}
      />
      <figcaption className="row small soft">
        <span className="key key-line">Training loss, nats a token</span>
        <span className="key key-dots">Held-out loss</span>
        {last && (
          <span>
            step {last.step}: <strong>{formatLoss(last.lossMicronats)}</strong>
          </span>
        )}
      </figcaption>
    </figure>
  );
}
