import type { Docket } from "../data/dockets.ts";
import type { SubmissionState } from "../data/submissions.ts";
import { countOf } from "./measures.ts";

/** One step of something that takes its time. */
export type Step = {
  key: string;
  title: string;
  detail: string;
  state: "done" | "now" | "waiting" | "failed";
  /** When the step ends by time alone, in seconds of chain time. */
  endsAt?: number;
};

/** What a docket does now. The index keeps deadlines; which window is open follows from chain time. */
export type DocketStage = "collecting" | "drawing" | "committing" | "revealing" | "settling" | "settled";

const STAGES: readonly DocketStage[] = [
  "collecting",
  "drawing",
  "committing",
  "revealing",
  "settling",
  "settled",
];

/** The part of a docket that its stage follows from. */
export type DocketTimes = Pick<
  Docket,
  | "phase"
  | "round"
  | "closesAt"
  | "commitEnds"
  | "revealEnds"
  | "appealEnds"
  | "committeeSize"
  | "committee"
  | "committed"
  | "revealed"
>;

/** The stage of a docket at a moment of chain time. */
export function docketStage(docket: DocketTimes, now: number): DocketStage {
  if (docket.phase === "COLLECTING") return "collecting";
  if (docket.phase === "DRAWING") return "drawing";
  if (docket.phase === "SETTLED") return "settled";
  if (now < (docket.commitEnds ?? 0)) return "committing";
  if (now < (docket.revealEnds ?? 0)) return "revealing";
  return "settling";
}

/** A docket's way to its verdict. @param judged What is judged in it. */
export function docketSteps(docket: DocketTimes, now: number, judged: "files" | "runs" = "files"): Step[] {
  const at = STAGES.indexOf(docketStage(docket, now));
  const seats = docket.committeeSize ?? docket.committee.length;
  const drawnAgain = docket.round > 0 ? `round ${docket.round + 1}` : "";
  const steps: [string, string, string, number | null][] = [
    ["collecting", "Collecting", `more ${judged} may join`, docket.closesAt],
    [
      "drawing",
      "Committee drawn",
      drawnAgain || (at > 1 ? countOf(seats, "seat") : "at random, from a future block"),
      null,
    ],
    [
      "committing",
      "Commits",
      at >= 2 ? `${docket.committed} of ${seats} sealed votes` : "sealed votes",
      docket.commitEnds,
    ],
    [
      "revealing",
      "Reveals",
      at >= 3 ? `${docket.revealed} of ${seats} votes opened` : "votes are opened",
      docket.revealEnds,
    ],
    ["settling", "Verdict", "the median of all votes", null],
  ];
  return steps.map(([key, title, detail, endsAt], index) => stepAt(key, title, detail, index, at, endsAt));
}

const ORDER: readonly SubmissionState[] = [
  "received",
  "awaiting",
  "signed",
  "sent",
  "mined",
  "judging",
  "settled",
  "finalized",
];

/** A submission's way from the gateway to the money. An appeal under way holds it at the window to appeal. */
export function submissionSteps(
  state: SubmissionState,
  docket: DocketTimes | null | undefined,
  now: number,
  paid: string,
  appealed = false,
): Step[] {
  const at = submissionPlace(state, docket, now, appealed);
  const inDocket = docket ? docketSteps(docket, now) : [];
  const fromDocket = (key: string) => inDocket.find((step) => step.key === key);
  const collecting = docket?.phase === "COLLECTING";
  const steps: [string, string, string, number | null | undefined][] = [
    ["received", "Received", "the gateway holds your files", null],
    [
      "mined",
      "Mined",
      at > 1 ? "on the chain" : state === "awaiting" ? "waiting for you to send it" : "waiting for a block",
      null,
    ],
    [
      "drawn",
      "Committee drawn",
      collecting ? "the docket collects files" : (fromDocket("drawing")?.detail ?? "validators, at random"),
      collecting ? docket.closesAt : null,
    ],
    ["commits", "Commits", fromDocket("committing")?.detail ?? "sealed votes", docket?.commitEnds],
    ["reveals", "Reveals", fromDocket("revealing")?.detail ?? "votes are opened", docket?.revealEnds],
    ["verdict", "Verdict", "the median of all votes", null],
    appealed
      ? ["appeal", "Appealed", "a larger committee judges again", null]
      : [
          "appeal",
          "Window to appeal",
          at > 6 ? "the verdict is final" : "anyone may object",
          docket?.appealEnds,
        ],
    ["paid", "Paid", at > 7 ? paid : "OPEN for accepted files", null],
  ];
  return steps.map(([key, title, detail, endsAt], index) => {
    const step = stepAt(key, title, detail, index, at, endsAt ?? null);
    return state === "failed" && index === 1
      ? { ...step, state: "failed", detail: "did not reach the chain" }
      : step;
  });
}

function submissionPlace(
  state: SubmissionState,
  docket: DocketTimes | null | undefined,
  now: number,
  appealed: boolean,
): number {
  if (state === "failed") return 1;
  const place = ORDER.indexOf(state);
  if (place < ORDER.indexOf("mined")) return 1;
  if (state === "finalized") return 8;
  if (!docket) return state === "settled" ? 6 : 2;
  const stage = docketStage(docket, now);
  const settled = appealed || now < (docket.appealEnds ?? 0) ? 6 : 7;
  if (state === "settled") return settled;
  return { collecting: 2, drawing: 2, committing: 3, revealing: 4, settling: 5, settled }[stage];
}

/** Put a step before, at or after the place that has been reached. Only the present step counts down. */
export function stepAt(
  key: string,
  title: string,
  detail: string,
  index: number,
  at: number,
  endsAt: number | null = null,
): Step {
  const state = index < at ? "done" : index === at ? "now" : "waiting";
  return { key, title, detail, state, ...(state === "now" && endsAt !== null ? { endsAt } : {}) };
}
