import { wilsonLowerBoundBps } from "@openledger/sdk/score";
import type { Standing } from "../data/standings.ts";
import { countOf, formatBps } from "./measures.ts";
import { short } from "./short.ts";

/** The part of a standing that decides its place. */
export type Ranked = Pick<
  Standing,
  "contributor" | "scoreBps" | "judged" | "accepted" | "days" | "points" | "reachedAt"
>;

/** Why a contributor stands where they stand. */
export type PlaceExplanation = {
  /** From 1; undefined when they are not on the board. */
  place?: number;
  headline: string;
  /** What separates them from the next place. */
  why: string;
  /** What would take them past it. */
  next: string;
};

const MOST_FILES_LOOKED_AHEAD = 500;

/** Excellent files that would lift a standing above a score, or undefined when even many would not. */
export function filesToPass(
  standing: Pick<Ranked, "judged" | "points">,
  scoreBps: number,
): number | undefined {
  for (let more = 1; more <= MOST_FILES_LOOKED_AHEAD; more += 1) {
    const lifted = { judged: standing.judged + more, points: standing.points + 3 * more };
    if (wilsonLowerBoundBps(lifted) > scoreBps) return more;
  }
  return undefined;
}

/** The graded acceptance rate: points of the most that were possible, in basis points. */
export function rateBps({ judged, points }: Pick<Ranked, "judged" | "points">): number {
  return judged === 0 ? 0 : Math.round((points * 10_000) / (3 * judged));
}

/** "1st", "2nd", "11th". */
export function ordinal(place: number): string {
  const tens = place % 100;
  const ending = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${ending}`;
}

/** Explain an address's place on a board that is sorted with the first place first. */
export function explainPlace(board: readonly Ranked[], address: string): PlaceExplanation {
  const index = board.findIndex(({ contributor }) => contributor.toLowerCase() === address.toLowerCase());
  const mine = board[index];
  if (!mine) {
    return {
      headline: "You are not on this board yet.",
      why: "A place comes with the first verdict on a file of yours.",
      next: "Contribute a file to this Datanet.",
    };
  }
  const place = index + 1;
  const ahead = board[index - 1];
  const behind = board[index + 1];
  if (!ahead) {
    return {
      place,
      headline: `You are 1st of ${board.length}.`,
      why: behind
        ? `${short(behind.contributor)} follows with a score of ${formatBps(behind.scoreBps)} to your ${formatBps(mine.scoreBps)}.`
        : `Nobody else has a verdict here. Your score is ${formatBps(mine.scoreBps)}.`,
      next: "Your score never falls: keep contributing what gets accepted, and others need more to pass you.",
    };
  }
  return {
    place,
    headline: `You are ${ordinal(place)} of ${board.length}.`,
    ...compare(mine, ahead, place - 1),
  };
}

function compare(mine: Ranked, ahead: Ranked, above: number): { why: string; next: string } {
  const who = `${short(ahead.contributor)}, ${ordinal(above)},`;
  const files = filesToPass(mine, ahead.scoreBps);
  const next = files
    ? `${countOf(files, "more file")} graded excellent, with no rejection between, would take you past.`
    : "Contribute more files that get accepted: each one makes your rate surer.";
  if (ahead.scoreBps > mine.scoreBps) {
    const scores = `${who} has a score of ${formatBps(ahead.scoreBps)}, you have ${formatBps(mine.scoreBps)}.`;
    return { why: `${scores} ${causeOf(mine, ahead)}`, next };
  }
  if (ahead.days !== mine.days) {
    return {
      why: `${who} has the same score, with accepted files on ${countOf(ahead.days, "day")} to your ${mine.days}.`,
      next: `Have a file accepted on another day, or raise your score: ${lowerFirst(next)}`,
    };
  }
  return { why: `${who} has the same score and as many days, but reached it earlier.`, next };
}

function causeOf(mine: Ranked, ahead: Ranked): string {
  const rates = `${formatBps(rateBps(ahead))} of the possible points over ${countOf(ahead.judged, "file")}`;
  const own = `${formatBps(rateBps(mine))} over ${mine.judged}`;
  if (rateBps(ahead) > rateBps(mine)) return `Their files were graded better: ${rates}, yours ${own}.`;
  if (ahead.judged > mine.judged) {
    return `Your rate is as good or better, but it rests on fewer files: ${rates}, yours ${own}.`;
  }
  return `Their best moment was better: a score keeps the highest value that it ever reached.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
