/** Millionths of z² for z = 1.96, and of z⁴/4. */
const SCALE = 1_000_000n;
const Z2 = 3_841_600n;

/** Standing that the contract keeps for a contributor of a Datanet, as far as the score needs it. */
export type Standing = { judged: number; points: number };

/**
 * The Wilson lower bound (z = 1.96) of the graded acceptance rate points / (3 * judged), in basis points, rounded
 * down, in integers. Equal to the contract's Score library.
 *
 * @example
 * wilsonLowerBoundBps({ judged: 1, points: 3 }); // 2065
 */
export function wilsonLowerBoundBps({ judged, points }: Standing): number {
  if (judged === 0 || points === 0) return 0;
  const n = BigInt(judged);
  const s = BigInt(points);
  const centre = (s * SCALE) / 3n + Z2 / 2n;
  const spread = sqrtUp((Z2 * s * (3n * n - s) * SCALE) / (9n * n) + (Z2 * Z2) / 4n);
  if (spread >= centre) return 0;
  return Number((10_000n * (centre - spread)) / (n * SCALE + Z2));
}

/** A contributor's score after a verdict: it never falls. */
export function raiseScore(scoreBps: number, standing: Standing): number {
  return Math.max(scoreBps, wilsonLowerBoundBps(standing));
}

/** The smallest integer whose square is at least `value`. */
function sqrtUp(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) break;
    guess = next;
  }
  return guess * guess === value ? guess : guess + 1n;
}
