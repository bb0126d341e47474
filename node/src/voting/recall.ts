import { REASONS } from "@openledger/sdk/reasons";
import type { ItemOpinion } from "./voteStore.ts";

const OTHER_GRADES = [1, 2, 3] as const;

/**
 * The votes that a lost one may have been, the likeliest first: what is judged now; that with everything, or one
 * submission, unavailable as it may have been then; and with one item graded otherwise, as a person may have changed it.
 * For 128 items they are some 6,000, which takes under a second to try.
 */
export function* votesNear(opinions: readonly ItemOpinion[]): Generator<ItemOpinion[]> {
  yield [...opinions];
  const groups = Map.groupBy(opinions, ({ content, subject }) => content?.root ?? subject);
  for (const group of groups.values())
    yield opinions.map((opinion) => (group.includes(opinion) ? unavailable(opinion) : opinion));
  if (groups.size > 1) yield opinions.map(unavailable);
  for (const [place, { reason: _reason, ...opinion }] of opinions.entries()) {
    for (const grade of OTHER_GRADES) yield opinions.with(place, { ...opinion, grade });
    for (const { key } of REASONS) yield opinions.with(place, { ...opinion, grade: 0, reason: key });
  }
}

function unavailable(opinion: ItemOpinion): ItemOpinion {
  return { ...opinion, grade: 0, reason: "unavailable" };
}
