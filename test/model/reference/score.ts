const ONE = 1_000_000n;
/** 1.96², with six decimals. */
const Z_SQUARED = 3_841_600n;

/**
 * The lower bound of Wilson's interval for `points` of 3 * `judged`, in basis points:
 * (S/3 + z²/2 - sqrt(z² S (3n - S) / 9n + z⁴/4)) / (n + z²), every rounding in nobody's favour.
 */
export function wilsonBps(points: number, judged: number): number {
  if (points === 0) return 0;
  const [s, n] = [BigInt(points), BigInt(judged)];
  const centre = (s * ONE) / 3n + Z_SQUARED / 2n;
  const radicand = (Z_SQUARED * s * (3n * n - s) * ONE) / (9n * n) + (Z_SQUARED * Z_SQUARED) / 4n;
  return Number((10_000n * (centre - rootUp(radicand))) / (n * ONE + Z_SQUARED));
}

/** The smallest integer whose square is not below `value`, by bisection. */
function rootUp(value: bigint): bigint {
  let [low, high] = [0n, value];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (middle * middle >= value) high = middle;
    else low = middle + 1n;
  }
  return low;
}
