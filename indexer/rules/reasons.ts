import { gradeAt, unpackReasons } from "@openledger/sdk/grades";
import type { Hex } from "viem";

/** A revealed vote on a docket, counting once for each seat that was drawn. */
export type RevealedVote = { word: bigint; reasons: Hex; weight: number };

/**
 * For each rejected item of a docket, the reason code that most of those who rejected it gave. Of codes with equally
 * many votes the smallest stands, so that every index tells the same.
 */
export function mostGivenReasons(
  verdict: bigint,
  items: number,
  votes: readonly RevealedVote[],
): Map<number, number> {
  const given = votes.map((vote) => ({
    weight: vote.weight,
    reasonOf: unpackReasons(vote.word, items, vote.reasons),
  }));
  const reasons = new Map<number, number>();
  for (let item = 0; item < items; item++) {
    if (gradeAt(verdict, item) !== 0) continue;
    const weights = new Map<number, number>();
    for (const { weight, reasonOf } of given) {
      const code = reasonOf.get(item);
      if (code !== undefined) weights.set(code, (weights.get(code) ?? 0) + weight);
    }
    const winner = heaviest(weights);
    if (winner !== undefined) reasons.set(item, winner);
  }
  return reasons;
}

function heaviest(weights: ReadonlyMap<number, number>): number | undefined {
  let best: { code: number; weight: number } | undefined;
  for (const [code, weight] of weights) {
    if (best === undefined || weight > best.weight || (weight === best.weight && code < best.code)) {
      best = { code, weight };
    }
  }
  return best?.code;
}
