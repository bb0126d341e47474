import { countAccepted, pointsOf } from "@openledger/sdk/grades";

/** The part of a standing that a verdict moves, beside the score. */
export type Tally = {
  judged: number;
  accepted: number;
  points: bigint;
  days: number;
  lastDay: number;
};

const DAY_SECONDS = 86_400n;

/** The number of the UTC day that a chain time falls in. */
export function dayOf(time: bigint): number {
  return Number(time / DAY_SECONDS);
}

/** The tally after one more finalized submission of `files` files. A day counts once, and only with an acceptance. */
export function addVerdict(tally: Tally, grades: bigint, files: number, time: bigint): Tally {
  const accepted = countAccepted(grades, files);
  const today = dayOf(time);
  const newDay = accepted > 0 && today !== tally.lastDay;
  return {
    judged: tally.judged + files,
    accepted: tally.accepted + accepted,
    points: tally.points + BigInt(pointsOf(grades, files)),
    days: tally.days + (newDay ? 1 : 0),
    lastDay: newDay ? today : tally.lastDay,
  };
}
