import { hash32, wordsOf } from "./words.ts";

/** Bins of a signature. */
const BINS = 128;
/** Bins of one band: texts that are 80 % alike share at least one of the bands nearly always. */
const BAND_BINS = 4;
const SHINGLE_WORDS = 3;
const EMPTY = 0xffffffff;

/**
 * A signature of a text by which its likeness to other texts is told: the least hash of its three-word shingles in each
 * of 128 bins (one-permutation MinHash). Undefined for a text too short to have shingles.
 */
export function minHash(text: string): Uint32Array | undefined {
  const words = wordsOf(text);
  if (words.length < SHINGLE_WORDS) return undefined;
  const signature = new Uint32Array(BINS).fill(EMPTY);
  for (let at = 0; at + SHINGLE_WORDS <= words.length; at++) {
    const hash = hash32(`${words[at]} ${words[at + 1]} ${words[at + 2]}`);
    const bin = hash % BINS;
    if (hash < (signature[bin] ?? EMPTY)) signature[bin] = hash;
  }
  return signature;
}

/** Estimated share of shingles that two texts have in common, among all that either has. */
export function likeness(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  let used = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (a[bin] === EMPTY && b[bin] === EMPTY) continue;
    used++;
    if (a[bin] === b[bin]) equal++;
  }
  return used === 0 ? 0 : equal / used;
}

/** Keys of which two texts that are much alike share at least one, so that an index finds them. */
export function bandKeys(signature: Uint32Array): number[] {
  const keys: number[] = [];
  for (let bin = 0; bin < BINS; bin += BAND_BINS) {
    const band = signature.subarray(bin, bin + BAND_BINS);
    if (band.every((value) => value === EMPTY)) continue;
    keys.push(hash32(`${bin}:${band.join()}`));
  }
  return keys;
}
