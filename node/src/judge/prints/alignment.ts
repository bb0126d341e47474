import type { Plane } from "./plane.ts";

/** Where a place of one picture lies in another: x' = scaleX · x + shiftX, in shares of each picture's longer side. */
export interface Placement {
  scaleX: number;
  scaleY: number;
  shiftX: number;
  shiftY: number;
}

/** A gradient (brightness a pixel, of 255) below this says nothing about a direction. */
const FAINT = 2.5;
/** How much of either picture must lie in the other. */
const LEAST_OVERLAP = 0.75;

/**
 * How alike two small pictures are where they overlap under a placement, from about 0 (unrelated) to 1: the mean cosine
 * of the angle between their gradients ("orientation correlation": Fitch et al., BMVC 2002), which does not see
 * brightness, contrast or gamma, and of which a caption or a logo spoils only its own place.
 *
 * @returns 0 when less than `LEAST_OVERLAP` of either picture lies in the other.
 */
export function likenessAt(first: Plane, second: Plane, placement: Placement): number {
  const longFirst = Math.max(first.width, first.height);
  const longSecond = Math.max(second.width, second.height);
  const { width, height, values } = first;
  const [stepX, stepY] = [
    (placement.scaleX * longSecond) / longFirst,
    (placement.scaleY * longSecond) / longFirst,
  ];
  const [startX, startY] = [
    0.5 * stepX + placement.shiftX * longSecond - 0.5,
    0.5 * stepY + placement.shiftY * longSecond - 0.5,
  ];
  // Columns and rows of the first picture whose neighbours on both sides lie in the second one.
  const left = Math.max(1, Math.ceil(-startX / stepX) + 1);
  const right = Math.min(width - 2, Math.floor((second.width - 1.001 - startX) / stepX) - 1);
  const top = Math.max(1, Math.ceil(-startY / stepY) + 1);
  const bottom = Math.min(height - 2, Math.floor((second.height - 1.001 - startY) / stepY) - 1);
  const shared = Math.max(0, right - left + 3) * Math.max(0, bottom - top + 3);
  if (shared < LEAST_OVERLAP * width * height) return 0;
  if (shared * stepX * stepY < LEAST_OVERLAP * second.width * second.height) return 0;
  const warped = warp(second, left - 1, right + 1, top - 1, bottom + 1, startX, startY, stepX, stepY);
  const warpedWidth = right - left + 3;
  let sum = 0;
  let weight = 0;
  for (let y = top; y <= bottom; y++) {
    let at = y * width + left;
    let other = (y - top + 1) * warpedWidth + 1;
    for (let x = left; x <= right; x++, at++, other++) {
      const ax = (values[at + 1] as number) - (values[at - 1] as number);
      const ay = (values[at + width] as number) - (values[at - width] as number);
      const bx = (warped[other + 1] as number) - (warped[other - 1] as number);
      const by = (warped[other + warpedWidth] as number) - (warped[other - warpedWidth] as number);
      const sizes = Math.sqrt((ax * ax + ay * ay) * (bx * bx + by * by));
      const trust = sizes / (sizes + FAINT * FAINT);
      weight += trust;
      if (sizes > 0) sum += (trust * (ax * bx + ay * by)) / sizes;
    }
  }
  return weight === 0 ? 0 : sum / weight;
}

let buffer = new Float32Array(0);

function warp(
  plane: Plane,
  left: number,
  right: number,
  top: number,
  bottom: number,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
): Float32Array {
  const width = right - left + 1;
  const length = width * (bottom - top + 1);
  if (buffer.length < length) buffer = new Float32Array(length);
  let to = 0;
  for (let y = top; y <= bottom; y++) {
    const sy = Math.max(0, Math.min(plane.height - 1.001, startY + y * stepY));
    const row = Math.floor(sy);
    const fy = sy - row;
    for (let x = left; x <= right; x++) {
      const sx = Math.max(0, Math.min(plane.width - 1.001, startX + x * stepX));
      const column = Math.floor(sx);
      const fx = sx - column;
      const at = row * plane.width + column;
      const upper = (plane.values[at] as number) * (1 - fx) + (plane.values[at + 1] as number) * fx;
      const lower =
        (plane.values[at + plane.width] as number) * (1 - fx) +
        (plane.values[at + plane.width + 1] as number) * fx;
      buffer[to++] = upper * (1 - fy) + lower * fy;
    }
  }
  return buffer;
}

const FIRST_STEP = 0.02;
const LAST_STEP = 0.003;

/** The placement near `start` under which two pictures are most alike, found by pattern search, and their likeness. */
export function bestPlacement(
  first: Plane,
  second: Plane,
  start: Placement,
): { placement: Placement; likeness: number } {
  let placement = start;
  let likeness = likenessAt(first, second, start);
  for (let step = FIRST_STEP; step >= LAST_STEP; step /= 2) {
    for (let better = true; better; ) {
      better = false;
      for (const next of neighbours(placement, step)) {
        const value = likenessAt(first, second, next);
        if (value > likeness + 1e-4) {
          [placement, likeness, better] = [next, value, true];
        }
      }
    }
  }
  return { placement, likeness };
}

/** Placements that move one edge or both edges of the picture by a step. */
function* neighbours(at: Placement, step: number): Generator<Placement> {
  for (const by of [step, -step]) {
    yield { ...at, shiftX: at.shiftX + by };
    yield { ...at, shiftY: at.shiftY + by };
    yield { ...at, scaleX: at.scaleX + by, shiftX: at.shiftX - by / 2 };
    yield { ...at, scaleY: at.scaleY + by, shiftY: at.shiftY - by / 2 };
    yield {
      scaleX: at.scaleX + by,
      scaleY: at.scaleY + by,
      shiftX: at.shiftX - by / 2,
      shiftY: at.shiftY - by / 2,
    };
  }
}
