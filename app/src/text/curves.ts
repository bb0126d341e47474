/** A value at a step. */
export type CurvePoint = { step: number; value: number };

/** The widest that a picture is drawn, in points; more of them than this fall on the same pixels. */
const MOST_DRAWN = 800;

/** Values between which a curve is drawn, and the ones that its axis names. */
export type Scale = { low: number; high: number; ticks: number[] };

/** A scale of round numbers around values: two to five ticks of 1, 2 or 5 times a power of ten. */
export function scaleOf(values: readonly number[]): Scale {
  const found = values.filter(Number.isFinite);
  if (found.length === 0) return { low: 0, high: 1, ticks: [0, 1] };
  let [low, high] = [found[0] as number, found[0] as number];
  for (const value of found) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) {
    const room = Math.abs(low) / 2 || 0.5;
    [low, high] = [low - room, high + room];
  }
  const stride = roundStride((high - low) / 3);
  const first = Math.floor(low / stride + 1e-9);
  const last = Math.ceil(high / stride - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * stride));
  return { low: ticks[0] as number, high: ticks.at(-1) as number, ticks };
}

function roundStride(about: number): number {
  const power = 10 ** Math.floor(Math.log10(about));
  const rounded = [1, 2, 5, 10].find((factor) => factor * power >= about * 0.999) ?? 10;
  return rounded * power;
}

/** Takes the noise of binary fractions off a round number. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Where a value lies on a scale: 0 at its top, 1 at its bottom, as pictures count. */
export function placeOf(value: number, { low, high }: Scale): number {
  return 1 - (value - low) / (high - low);
}

/**
 * The path of a curve in a box of 1,000 by 100 that runs from step 0 to `lastStep`. Of points that fall on one pixel the
 * lowest and the highest are drawn.
 */
export function pathOf(points: readonly CurvePoint[], lastStep: number, scale: Scale): string {
  return thinned(points)
    .map(
      ({ step, value }, index) =>
        `${index === 0 ? "M" : "L"}${round((1000 * step) / lastStep)} ${round(100 * placeOf(value, scale))}`,
    )
    .join("");
}

function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= MOST_DRAWN) return points;
  const size = Math.ceil((2 * points.length) / MOST_DRAWN);
  const kept: CurvePoint[] = [];
  for (let from = 0; from < points.length; from += size) {
    const part = points.slice(from, from + size);
    const byValue = [...part].sort((a, b) => a.value - b.value);
    const pair = [byValue[0] as CurvePoint, byValue.at(-1) as CurvePoint].sort((a, b) => a.step - b.step);
    kept.push(...(pair[0] === pair[1] ? [pair[0] as CurvePoint] : pair));
  }
  return kept;
}

/** The point at a step, or the last one before it; the first when there is none before. */
export function pointAt<Point extends { step: number }>(
  points: readonly Point[],
  step: number,
): Point | undefined {
  let [from, to] = [0, points.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((points[middle] as Point).step <= step) from = middle + 1;
    else to = middle;
  }
  return points[Math.max(0, from - 1)];
}

/** Some steps of a run for a table: the first, the last, and at most `most` in even distances. */
export function someSteps(steps: readonly number[], most: number): number[] {
  const sorted = [...new Set(steps)].sort((a, b) => a - b);
  if (sorted.length <= most) return sorted;
  return Array.from(
    { length: most },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (most - 1))] as number,
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
