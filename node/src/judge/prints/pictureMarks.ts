import { blur, type Plane, resize } from "./plane.ts";

/** A place in a picture that copies of it still have, and what it looks like there. */
export interface Mark {
  /** Place, as a share of the picture's longer side. */
  x: number;
  y: number;
  /** Coefficients of the surroundings' lowest frequencies, in the order of `FREQUENCIES`. */
  coefficients: Float32Array;
}

/** The longer side of the picture in which marks are looked for. */
const SIDE = 256;
const SIGMA = 3;
const SIGMA_RATIO = 1.6;
/** A mark is the strongest place within this many pixels. */
const REACH = 4;
const MOST_MARKS = 48;
/** Samples across a mark's surroundings, and pixels between two of them. */
const PATCH = 15;
const STEP = 3;
const HIGHEST = 6;

/** Pairs (across, down) of the cosines' frequencies, lowest first; the mean brightness is left out. */
export const FREQUENCIES: readonly (readonly [number, number])[] = Array.from(
  { length: (HIGHEST + 1) ** 2 },
  (_, n) => [n % (HIGHEST + 1), Math.floor(n / (HIGHEST + 1))] as const,
)
  .filter(([u, v]) => u + v > 0 && u + v <= HIGHEST)
  .sort(([a, b], [c, d]) => a + b - c - d || a - c);

const COSINES = Float32Array.from({ length: (HIGHEST + 1) * PATCH }, (_, n) =>
  Math.cos((Math.PI * Math.floor(n / PATCH) * ((n % PATCH) + 0.5)) / PATCH),
);

/**
 * The marks of a picture: the strongest extrema of the difference of two Gaussians (Lowe, "Distinctive image features
 * from scale-invariant keypoints", IJCV 2004), at one scale that belongs to the picture's size, each with the lowest
 * frequencies of its surroundings (as pHash and PDQ take them of a whole picture).
 */
export function marksOf(grey: Plane): Mark[] {
  const scale = SIDE / Math.max(grey.width, grey.height);
  const small = resize(
    grey,
    Math.max(PATCH, Math.round(grey.width * scale)),
    Math.max(PATCH, Math.round(grey.height * scale)),
  );
  const fine = blur(small, SIGMA);
  const coarse = blur(small, SIGMA * SIGMA_RATIO);
  const { width, height } = small;
  const difference = fine.values.map((value, at) => value - (coarse.values[at] as number));
  const found: { at: number; strength: number }[] = [];
  for (let y = REACH; y < height - REACH; y++) {
    for (let x = REACH; x < width - REACH; x++) {
      const at = y * width + x;
      if (isExtreme(difference, at, width)) found.push({ at, strength: Math.abs(difference[at] as number) });
    }
  }
  found.sort((a, b) => b.strength - a.strength || a.at - b.at);
  return found.slice(0, MOST_MARKS).map(({ at }) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return { x: (x + 0.5) / SIDE, y: (y + 0.5) / SIDE, coefficients: surroundings(fine, x, y) };
  });
}

function isExtreme(values: Float32Array, at: number, width: number): boolean {
  const value = values[at] as number;
  if (Math.abs(value) < 0.2) return false;
  const sign = value < 0 ? -1 : 1;
  for (let dy = -REACH; dy <= REACH; dy++) {
    const line = at + dy * width;
    for (let n = line - REACH; n <= line + REACH; n++) {
      if (n !== at && sign * (values[n] as number) >= sign * value) return false;
    }
  }
  return true;
}

const patch = new Float32Array(PATCH * PATCH);
const across = new Float32Array((HIGHEST + 1) * PATCH);

function surroundings(plane: Plane, x: number, y: number): Float32Array {
  for (let row = 0; row < PATCH; row++) {
    const py = mirror(Math.round(y + (row - (PATCH - 1) / 2) * STEP), plane.height);
    for (let column = 0; column < PATCH; column++) {
      const px = mirror(Math.round(x + (column - (PATCH - 1) / 2) * STEP), plane.width);
      patch[row * PATCH + column] = plane.values[py * plane.width + px] as number;
    }
  }
  for (let u = 0; u <= HIGHEST; u++) {
    for (let row = 0; row < PATCH; row++) {
      let sum = 0;
      for (let column = 0; column < PATCH; column++)
        sum += (patch[row * PATCH + column] as number) * (COSINES[u * PATCH + column] as number);
      across[u * PATCH + row] = sum;
    }
  }
  return Float32Array.from(FREQUENCIES, ([u, v]) => {
    let sum = 0;
    for (let row = 0; row < PATCH; row++)
      sum += (across[u * PATCH + row] as number) * (COSINES[v * PATCH + row] as number);
    return sum;
  });
}

function mirror(at: number, length: number): number {
  const folded = at < 0 ? -at - 1 : at >= length ? 2 * length - at - 1 : at;
  return Math.max(0, Math.min(length - 1, folded));
}
