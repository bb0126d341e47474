import type { TopLevelSpec } from "vega-lite";
import { axis, bars, frame, lines, nominal, panel, points } from "./charts.ts";
import type { CostRow } from "./cost.ts";
import type { Row } from "./experiments.ts";

/** What all results are drawn from. */
export type Results = { rows: Record<string, Row[]>; costs: CostRow[] };

const percent = { format: "%" };

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
