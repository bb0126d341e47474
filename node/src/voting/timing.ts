import type { Docket } from "./docketBook.ts";

type Windows = Pick<Docket, "commitEnds" | "revealEnds">;

/** Before the end of a commit window, when to stop waiting: a tenth of the reveal window, at least these seconds. */
const LATEST_SHARE = 0.1;
const LATEST_SECONDS = 3;
/** Time for a replacement to be sent and mined; in short windows, half of what is left at the last moment. */
const LATEST_REPLACEMENT_SECONDS = 60;
/** A first vote without what is missing is worth its gas only where an outage can be shorter than what is left. */
const EARLY_SHARE = 0.5;
const LEAST_EARLY_SECONDS = 60;

function latestMargin({ commitEnds, revealEnds }: Windows): number {
  return Math.max(LATEST_SECONDS, LATEST_SHARE * (revealEnds - commitEnds));
}

/** From when on a vote cannot wait for anything any more, in chain time. */
export function lastMomentOf(docket: Windows): number {
  return Math.floor(docket.commitEnds - latestMargin(docket));
}

/** Whether a vote cannot wait for anything any more. @param now Chain time in seconds. */
export function isLastMoment(docket: Windows, now: number): boolean {
  return now >= lastMomentOf(docket);
}

/** Whether it is time to commit to what is known, in case that this node or its chain is away later on. */
export function isEarly(docket: Windows, now: number): boolean {
  const left = EARLY_SHARE * (docket.revealEnds - docket.commitEnds);
  return left >= LEAST_EARLY_SECONDS && now >= docket.commitEnds - left;
}

/**
 * Whether a replacement might not be mined in time, so that the vote that stands is kept. One that comes too late costs its
 * gas and nothing else, since every version can be revealed: what turns up shortly before the end is still taken into account.
 */
export function isTooLate(docket: Windows, now: number): boolean {
  return now >= docket.commitEnds - Math.min(latestMargin(docket) / 2, LATEST_REPLACEMENT_SECONDS);
}

/** Whether a lost vote has to be looked for with what is there: the last third of the window to reveal. */
export function isRevealLate({ commitEnds, revealEnds }: Windows, now: number): boolean {
  return now >= revealEnds - (revealEnds - commitEnds) / 3;
}
