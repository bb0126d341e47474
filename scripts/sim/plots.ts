import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { CostRow } from "./cost.ts";
import type { Row } from "./experiments.ts";

/** What all results are drawn from. */
export type Results = { rows: Record<string, Row[]>; costs: CostRow[] };

type Point = Record<string, string | number>;
type Encoding = Record<string, unknown>;

const percent = { format: "%" };
/** Colours that colour-blind readers can tell apart (Okabe and Ito). */
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

/** The plots by file name. */
export const plots: Record<string, (results: Results) => TopLevelSpec> = {
  "wrong-verdicts": ({ rows }) =>
    lines(points(rows.collusion, ["final.wrongAcceptance"], opportunistic), {
      title: "Files wrongly accepted or rejected at the end, by the ring's share of the seats",
      x: axis("ringShare", "ring's share of the seats", percent),
      y: axis("value", "wrong verdicts", percent),
      color: nominal("committeeSize", "committee"),
      column: nominal("appeals", "rounds of appeal"),
    }),
  "corrupted-verdicts": ({ rows }) =>
    lines(
      points(
        rows.collusion,
        ["final.corrupted"],
        (knobs) => knobs.committeeSize === 5 && knobs.ringShare !== 0,
      ),
      {
        title: "Files whose acceptance the ring turned, committee of 5",
        x: axis("ringShare", "ring's share of the seats", percent),
        y: axis("value", "turned verdicts", percent),
        color: nominal("strategy", "ring"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  "ring-gain": ({ rows }) =>
    lines(
      points(rows.collusion, ["ring.gainPerSeat"], (knobs) => knobs.committeeSize === 5),
      {
        title: "What lying brings the ring, OPEN a seat and 1,000 submissions, committee of 5",
        x: axis("ringShare", "ring's share of the seats", percent),
        y: axis("value", "OPEN more than honest seats"),
        color: nominal("strategy", "ring"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  "corruption-chance": ({ costs }) =>
    lines(
      costs.flatMap(({ knobs, figures }) => (figures.chance ? [{ ...knobs, value: figures.chance }] : [])),
      {
        title: "Chance to hold every committee's majority, from the first to the last appeal",
        x: axis("ringShare", "ring's share of the seats", percent),
        y: { ...axis("value", "chance", { format: "~e" }), scale: { type: "log", nice: false } },
        color: nominal("committeeSize", "first committee"),
        column: nominal("appeals", "appeals"),
      },
      false,
    ),
  incomes: ({ rows }) =>
    bars(
      points(
        rows.defaults,
        seatKinds.map((kind) => `seat.${kind}.perFile`),
      ),
      {
        title: "What a seat earns for each file it judges, fees less penalties",
        x: { ...nominal("figure", "seats"), axis: { labelAngle: -30 } },
        y: axis("value", "OPEN a file"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  contributors: ({ rows }) =>
    bars(
      points(
        rows.defaults,
        ["honest", "sybil", "ring"].map((kind) => `file.${kind}.open`),
      ),
      {
        title: "What a contributor earns for each file, rewards less lost bonds",
        x: { ...nominal("figure", "contributors"), axis: { labelAngle: -30 } },
        y: axis("value", "OPEN a file"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  tolerance: ({ rows }) =>
    lines(
      points(
        rows.tolerance,
        seatKinds.map((kind) => `seat.${kind}.incoherent`),
      ),
      {
        title: "Votes that are punished, by tolerance; the ring passes its own files in every docket",
        x: axis("toleranceBps", "tolerance, basis points"),
        y: axis("value", "incoherent votes", percent),
        color: nominal("figure", "seats"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  penalties: ({ rows }) =>
    lines(
      points(
        rows.penalties,
        seatKinds.map((kind) => `seat.${kind}.perFile`),
      ),
      {
        title: "What a seat earns for each file, by penalty; the ring passes its own files in every docket",
        x: {
          ...axis("incoherentPenaltyBps", "penalty of an incoherent vote, basis points of a seat"),
          scale: { type: "symlog", constant: 10 },
        },
        y: axis("value", "OPEN a file"),
        color: nominal("figure", "seats"),
        column: nominal("appeals", "rounds of appeal"),
      },
    ),
  fees: ({ rows }) =>
    lines(
      points(
        rows.itemFees,
        seatKinds.map((kind) => `seat.${kind}.perFile`),
      ),
      {
        title: "What a seat earns for each file, by the Datanet's fee",
        x: { ...axis("itemFee", "fee of a file, OPEN"), scale: { type: "log", nice: false } },
        y: axis("value", "OPEN a file"),
        color: nominal("figure", "seats"),
      },
    ),
  bonds: ({ rows }) => ({
    ...frame("Appeals by bond, OPEN for each member, and by what gives the bond back"),
    resolve: { scale: { color: "independent" } },
    hconcat: [
      panel(
        points(rows.bonds, ["final.wrongAcceptance", "final.smallFalseReject"], byAnyGrade),
        "bond",
        "verdicts, any grade",
        percent,
      ),
      panel(
        points(rows.bonds, ["final.wrongAcceptance", "final.smallFalseReject"], byContradiction),
        "bond",
        "verdicts, contradiction",
        percent,
      ),
      panel(points(rows.bonds, ["pot.cover"]), "bond", "lost bonds / promised fees", {}, "log", "bondBack"),
    ],
  }),
  "appeal-fees": ({ rows }) =>
    lines(points(rows.appealFees, ["pot.cover", "pot.paidShare", "seat.honest.perAppealDraw"]), {
      title: "Appeals by the fee for each member, bond unchanged",
      x: { ...axis("fee", "fee, OPEN"), scale: { type: "log", nice: false } },
      y: { ...axis("value", "share; OPEN a vote"), scale: { type: "symlog" } },
      color: nominal("figure", "figure"),
    }),
  windows: ({ rows }) => ({
    ...frame("The window to appeal"),
    resolve: { scale: { color: "independent" } },
    hconcat: [
      panel(
        points(rows.windows, ["final.wrongAcceptance", "final.corrupted"]),
        "appealHours",
        "verdicts",
        percent,
      ),
      panel(points(rows.windows, ["credit.delayHours"]), "appealHours", "hours from submission to credit"),
    ],
  }),
  finders: ({ rows }) => ({
    ...frame("Copies of accepted files, by the finder's share"),
    resolve: { scale: { color: "independent" } },
    hconcat: [
      panel(
        points(rows.finders, ["copies.paidShare"]),
        "finderBps",
        "copies paid as if new",
        percent,
        "symlog",
      ),
      panel(
        points(rows.finders, ["copies.farmOpen", "copies.finderOpen"]),
        "finderBps",
        "bounty, OPEN a copy",
        {},
        "symlog",
      ),
    ],
  }),
};

const seatKinds = ["honest", "lazyAccept", "lazyCopy", "lazyPrior", "ring"] as const;

function byAnyGrade({ bondBack }: Row["knobs"]): boolean {
  return bondBack === "anyGrade";
}

function byContradiction(knobs: Row["knobs"]): boolean {
  return !byAnyGrade(knobs);
}

function opportunistic({ strategy }: Row["knobs"]): boolean {
  return strategy === "opportunist";
}

/** A spec as SVG. No browser, no canvas: the same bytes on every machine. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

/** One point for each variant and figure, with the ends of its confidence interval. */
function points(
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

function frame(title: string): { $schema: string; title: string; config: object } {
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

function axis(field: string, title: string, format: object = {}): Encoding {
  return { field, type: "quantitative", title, axis: format };
}

function nominal(field: string, title: string): Encoding {
  return { field, type: "nominal", title };
}

function lines(values: Point[], { title, column, ...encoding }: Encoding, band = true): TopLevelSpec {
  const layer = [...(band ? [bandMark()] : []), lineMark()];
  const inner = { width: 300, height: 220, encoding, layer };
  const outer = column ? { facet: { column }, spec: inner } : inner;
  return { ...frame(title as string), data: { values }, ...outer } as TopLevelSpec;
}

function bars(values: Point[], { title, column, ...encoding }: Encoding): TopLevelSpec {
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

function panel(
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
