import type { Plane } from "../../prints/plane.ts";

/** Taps of the average that a picture is blurred with once more. */
const TAPS = 9;
/** A picture is looked at in up to so many columns and rows of regions, each at least so many pixels wide and high. */
const MOST_REGIONS = 4;
const REGION_SIDE = 48;
/** A region whose brightness changes less than this from pixel to pixel, on average, has nothing that could be sharp. */
const LEAST_CHANGE = 0.6;

/**
 * How blurred the sharper regions of a picture are, from 0 (sharp) to 1: a sharp edge loses most of its steepness when
 * the picture is blurred once more, a blurred one keeps it (Crété et al., "The blur effect: perception and estimation
 * with a new no-reference perceptual blur metric", SPIE 2007). Taken by region, so that a subject before a smooth sky or
 * a soft background counts by itself.
 *
 * @returns The first quartile over the regions that have any detail; undefined when none has.
 */
export function blurEffect(grey: Plane): number | undefined {
  const found: number[] = [];
  const regions = Math.min(
    MOST_REGIONS,
    Math.max(1, Math.floor(Math.min(grey.width, grey.height) / REGION_SIDE)),
  );
  for (let row = 0; row < regions; row++) {
    for (let column = 0; column < regions; column++) {
      const left = Math.floor((grey.width * column) / regions);
      const right = Math.floor((grey.width * (column + 1)) / regions);
      const top = Math.floor((grey.height * row) / regions);
      const bottom = Math.floor((grey.height * (row + 1)) / regions);
      const across = along(grey, top, bottom, left, right, grey.width, 1);
      const down = along(grey, left, right, top, bottom, 1, grey.width);
      const steps = (right - left) * (bottom - top);
      if ((across.change + down.change) / steps < LEAST_CHANGE) continue;
      found.push(Math.max(share(across), share(down)));
    }
  }
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length / 4)];
}

interface Change {
  /** Sum of the differences between neighbours. */
  change: number;
  /** What of it a further blur takes away. */
  lost: number;
}

function share({ change, lost }: Change): number {
  return change === 0 ? 0 : (change - lost) / change;
}

/** Changes along lines `firstLine` to `lastLine`, from `from` to `to` on each. */
function along(
  { values }: Plane,
  firstLine: number,
  lastLine: number,
  from: number,
  to: number,
  lineStep: number,
  step: number,
): Change {
  const half = (TAPS - 1) / 2;
  let change = 0;
  let lost = 0;
  for (let line = firstLine; line < lastLine; line++) {
    const start = line * lineStep;
    for (let n = from + half + 1; n < to - half; n++) {
      const at = start + n * step;
      const sharp = Math.abs((values[at] as number) - (values[at - step] as number));
      // Of two averages whose windows are one step apart, only the ends differ.
      const soft =
        Math.abs((values[at + half * step] as number) - (values[at - (half + 1) * step] as number)) / TAPS;
      change += sharp;
      if (sharp > soft) lost += sharp - soft;
    }
  }
  return { change, lost };
}
