import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Row } from "./experiments.ts";

type Point = Record<string, string | number>;
type Encoding = Record<string, unknown>;

/** Colours that colour-blind readers can tell apart (Okabe and Ito). */
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

/** A spec as SVG. No browser, no canvas: the same bytes on every machine. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

/** One point for each variant and figure, with the ends of its confidence interval. */
export function points(
  rows: readonly Row[] | undefined,
  figures: readonly string[],
  keep: (knobs: Row["knobs"]) => boolean = () => true,
): Point[] {
  return (rows ?? [])
    .filter(({ knobs }) => keep(knobs))
    .flatMap((row) =>
      figures.flatMap((name) => {
        const found = row.figures[name];
        if (!found) return [];
        const { mean, margin } = found;
        return [{ ...row.knobs, figure: nameOf(name), value: mean, low: mean - margin, high: mean + margin }];
      }),
    );
}

/** What a figure is called in a legend; figures of one kind of seat or contributor are called by the kind. */
function nameOf(figure: string): string {
  const [subject, kind] = figure.split(".");
  return (
    labels[figure] ?? ((subject === "seat" || subject === "file") && kind ? (labels[kind] ?? kind) : figure)
  );
}

const labels: Record<string, string> = {
  "final.wrongAcceptance": "wrong acceptance",
  "final.corrupted": "turned by the ring",
  "final.smallFalseReject": "good file of 1 or 2, rejected",
  "pot.cover": "lost bonds / promised fees",
  "pot.paidShare": "paid / promised fees",
  "seat.honest.perAppealDraw": "honest vote earns, OPEN",
  "credit.delayHours": "hours to credit",
  "copies.paidShare": "paid as if new",
  "copies.farmOpen": "to the farm itself",
  "copies.finderOpen": "to other finders",
  lazyAccept: "lazy, always good",
  lazyPrior: "lazy, by the odds",
  lazyCopy: "lazy, as always",
};

/** What every plot has: a title over it, and the same look. */
export function frame(title: string): { $schema: string; title: string; config: object } {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    config: {
      font: "sans-serif",
      background: "white",
      range: { category: palette },
      legend: { labelLimit: 300 },
    },
  };
}

/** A channel that measures something. */
export function axis(field: string, title: string, format: object = {}): Encoding {
  return { field, type: "quantitative", title, axis: format };
}

/** A channel that tells kinds apart. */
export function nominal(field: string, title: string): Encoding {
  return { field, type: "nominal", title };
}

/** Lines over a knob, with bands for the confidence intervals, in a column for each value of another knob. */
export function lines(values: Point[], { title, column, ...encoding }: Encoding, band = true): TopLevelSpec {
  const layer = [...(band ? [bandMark()] : []), lineMark()];
  const inner = { width: 300, height: 220, encoding, layer };
  const outer = column ? { facet: { column }, spec: inner } : inner;
  return { ...frame(title as string), data: { values }, ...outer } as TopLevelSpec;
}

/** Bars with their confidence intervals, in a column for each value of a knob. */
export function bars(values: Point[], { title, column, ...encoding }: Encoding): TopLevelSpec {
  const layer = [
    {
      mark: { type: "bar", width: { band: 0.6 } },
      encoding: { color: { ...nominal("figure", ""), legend: null } },
    },
    { mark: "rule", encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } } },
  ];
  return {
    ...frame(title as string),
    data: { values },
    facet: { column },
    spec: { width: 300, height: 220, encoding, layer },
  } as TopLevelSpec;
}

/** One of several small plots beside each other: lines over a knob. */
export function panel(
  values: Point[],
  knob: string,
  title: string,
  format: object = {},
  scale = "log",
  colour = "figure",
): never {
  const x = {
    ...axis(knob, knob),
    scale: scale === "log" ? { type: "log", nice: false } : { type: scale, constant: 100 },
  };
  return {
    data: { values },
    width: 300,
    height: 220,
    encoding: { x, y: { ...axis("value", title, format) }, color: nominal(colour, colour) },
    layer: [bandMark(), lineMark()],
  } as never;
}

function bandMark(): object {
  return {
    mark: { type: "errorband", opacity: 0.2 },
    encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
  };
}

function lineMark(): object {
  return { mark: { type: "line", point: true } };
}
