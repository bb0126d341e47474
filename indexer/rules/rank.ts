/** What places a contributor on a Datanet's leaderboard. */
export type RankInput = { scoreBps: number; days: number; reachedAt: bigint };

const LATEST = (1n << 40n) - 1n;

/**
 * One number that sorts contributors, greatest first: by score, then by days with an acceptance, then by who reached
 * the score earlier. GraphQL sorts by one column, so the three are packed into it.
 */
export function rankOf({ scoreBps, days, reachedAt }: RankInput): bigint {
  const earliness = reachedAt > LATEST ? 0n : LATEST - reachedAt;
  return (BigInt(scoreBps) << 64n) | (BigInt(days) << 40n) | earliness;
}
