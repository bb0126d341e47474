import { bestPlacement, likenessAt, type Placement } from "./alignment.ts";
import { FREQUENCIES, type Mark, marksOf } from "./pictureMarks.ts";
import { type Plane, resize } from "./plane.ts";

/** The longer side of the small copy that a print holds. */
const THUMB_SIDE = 40;
/** From this likeness on two pictures are the same; a tile of the same texture stays well below. */
const SAME_LIKENESS = 0.74;
/** Signs of a mark's coefficients that nearly were the other way: a damaged copy may have them so. */
const DOUBTFUL = 3;
const MARK_BYTES = 6 + DOUBTFUL;
/** Relative sizes that a copy's content may have, since cropping makes what is left larger. */
const SCALES = [0.88, 0.94, 1, 1.06, 1.14];

/** A mark as a print keeps it. */
export interface PrintedMark {
  /** Place, as a share of the picture's longer side. */
  x: number;
  y: number;
  /** Signs of the coefficients, one bit each. */
  key: number;
  /** Bits of `key` that are in doubt, the most doubtful first, as masks. */
  doubtful: number[];
}

/** By what copies of a picture are found: a small copy, to compare, and marks, to find candidates by. */
export interface PicturePrint {
  thumb: Plane;
  marks: PrintedMark[];
}

/** A mark of one picture and the mark of another one that looks the same. */
export interface MarkPair {
  x: number;
  y: number;
  otherX: number;
  otherY: number;
}

/** The coefficients that change their sign in a mirror, as a mask over keys. */
const MIRRORED = FREQUENCIES.reduce((mask, [u], bit) => (u % 2 === 1 ? mask | (1 << bit) : mask), 0);

/** The print of a picture whose brightness (0 to 255) is `grey`. */
export function picturePrint(grey: Plane): PicturePrint {
  const scale = THUMB_SIDE / Math.max(grey.width, grey.height);
  const side = (length: number): number => Math.max(4, Math.round(length * scale));
  const thumb = resize(grey, side(grey.width), side(grey.height));
  return { thumb: { ...thumb, values: thumb.values.map(Math.round) }, marks: marksOf(grey).map(printed) };
}

function printed({ x, y, coefficients }: Mark): PrintedMark {
  let key = 0;
  for (const [bit, value] of coefficients.entries()) if (value > 0) key |= 1 << bit;
  const doubtful = [...coefficients.keys()]
    .sort((a, b) => Math.abs(coefficients[a] as number) - Math.abs(coefficients[b] as number))
    .slice(0, DOUBTFUL)
    .map((bit) => 1 << bit);
  return { x, y, key, doubtful };
}

/** The print of the same picture in a mirror. */
export function mirrored({ thumb, marks }: PicturePrint): PicturePrint {
  const { width, height, values } = thumb;
  const wide = width / Math.max(width, height);
  return {
    thumb: {
      width,
      height,
      values: values.map((_, at) => values[at - (at % width) + width - 1 - (at % width)] as number),
    },
    marks: marks.map((mark) => ({ ...mark, x: wide - mark.x, key: mark.key ^ MIRRORED })),
  };
}

/** A print as bytes: the small copy's width and height, its pixels, then nine bytes a mark. */
export function encodePicturePrint({ thumb, marks }: PicturePrint): Buffer {
  const bytes = Buffer.alloc(2 + thumb.values.length + marks.length * MARK_BYTES);
  bytes[0] = thumb.width;
  bytes[1] = thumb.height;
  bytes.set(thumb.values, 2);
  let at = 2 + thumb.values.length;
  for (const { x, y, key, doubtful } of marks) {
    bytes.writeUInt32LE(key, at);
    bytes[at + 4] = Math.round(x * 255);
    bytes[at + 5] = Math.round(y * 255);
    for (const [n, mask] of doubtful.entries()) bytes[at + 6 + n] = 31 - Math.clz32(mask);
    at += MARK_BYTES;
  }
  return bytes;
}

/** The print that `bytes` were made of, with places rounded to a 255th of the picture's longer side. */
export function decodePicturePrint(bytes: Uint8Array): PicturePrint {
  const [width = 0, height = 0] = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marks: PrintedMark[] = [];
  for (let at = 2 + width * height; at + MARK_BYTES <= bytes.length; at += MARK_BYTES) {
    const doubtful = [...bytes.subarray(at + 6, at + MARK_BYTES)].map((bit) => 1 << bit);
    marks.push({
      key: view.getUint32(at, true),
      x: (bytes[at + 4] as number) / 255,
      y: (bytes[at + 5] as number) / 255,
      doubtful,
    });
  }
  return {
    thumb: { width, height, values: Float32Array.from(bytes.subarray(2, 2 + width * height)) },
    marks,
  };
}

/** The keys under which a copy of a marked place may stand: as it is, and with each choice of its doubtful bits. */
export function keysNear({ key, doubtful }: PrintedMark): number[] {
  let keys = [key];
  for (const mask of doubtful) keys = [...keys, ...keys.map((other) => other ^ mask)];
  return keys;
}

/**
 * How alike two pictures are, in percent, when the small copies are laid upon each other as their marks suggest.
 * Undefined when they are not the same picture.
 */
export function sameness(first: Plane, second: Plane, pairs: readonly MarkPair[]): number | undefined {
  let start: Placement | undefined;
  let best = 0;
  for (const scale of SCALES) {
    const placement = {
      scaleX: scale,
      scaleY: scale,
      shiftX: median(pairs.map(({ x, otherX }) => otherX - scale * x)),
      shiftY: median(pairs.map(({ y, otherY }) => otherY - scale * y)),
    };
    const likeness = likenessAt(first, second, placement);
    if (likeness > best) [start, best] = [placement, likeness];
  }
  if (start === undefined) return undefined;
  const { likeness } = bestPlacement(first, second, start);
  return likeness >= SAME_LIKENESS ? Math.floor(100 * likeness) : undefined;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
