import { plainWords, UNSPACED, withoutMarkup } from "./plainWords.ts";

/**
 * Sketches of the pairs and of the triples of words that follow each other in a text. Both are samples by hash: a shingle
 * belongs to the sample when its hash is below a limit, so that the samples of two texts hold the same of what the texts
 * have in common, and the share that one text has in another can be told from them without bias, whatever their sizes
 * (FracMinHash: Irber et al. 2022; Broder's containment, 1997; modulo sampling of shingles as in MOSS, Schleimer et al.
 * 2003).
 */
export interface TextPrint {
  /** Sample of the pairs of words, ascending: by these two texts are compared. */
  pairs: Uint32Array;
  /** Each pair is in the sample with probability 2^-pairShift. */
  pairShift: number;
  /** Sample of the triples of words, ascending: by these earlier texts are found, since a triple is seldom in many texts. */
  triples: Uint32Array;
}

/** A sample holds at least so many shingles where the text has them, and at most about twice as many in texts of up to 10,000 words. */
const PAIRS = 128;
const TRIPLES = 32;
/** The thinnest samples: a short text that stands in a long one must still share some with it. */
const MOST_PAIR_SHIFT = 3;
const MOST_TRIPLE_SHIFT = 4;
/** Texts of fewer words have too few pairs to tell a copy from chance. */
const LEAST_WORDS = 8;
/** A sign of a script without blanks says less than a word: this many more of them make a shingle. */
const MORE_SIGNS = 2;

/** The print of a text's prose; undefined for a text that is too short to be told from others. */
export function textPrint(prose: string): TextPrint | undefined {
  const words = plainWords(withoutMarkup(prose));
  if (words.length < LEAST_WORDS) return undefined;
  const hasSigns = UNSPACED.test(prose);
  const signs = hasSigns ? words.filter((word) => UNSPACED.test(word)).length : 0;
  const more = signs * 2 > words.length ? MORE_SIGNS : 0;
  const hashes = Uint32Array.from(words, hashOfWord);
  const pairs = shingles(hashes, 2 + more);
  const triples = shingles(hashes, 3 + more);
  const pairShift = shiftFor(pairs.size, PAIRS, MOST_PAIR_SHIFT);
  return {
    pairs: sample(pairs, pairShift),
    pairShift,
    triples: sample(triples, shiftFor(triples.size, TRIPLES, MOST_TRIPLE_SHIFT)),
  };
}

/**
 * Which share of text `a` stands in text `b`, from 0 to 1, how many sampled pairs that is measured by, and how many times
 * longer `b` is.
 */
export function containment(
  a: TextPrint,
  b: TextPrint,
): { share: number; measuredBy: number; timesLonger: number } {
  const limit = 2 ** (32 - Math.max(a.pairShift, b.pairShift));
  let measuredBy = 0;
  let common = 0;
  let at = 0;
  for (const hash of a.pairs) {
    if (hash >= limit) break;
    measuredBy++;
    while (at < b.pairs.length && (b.pairs[at] ?? 0) < hash) at++;
    if (b.pairs[at] === hash) common++;
  }
  return {
    share: measuredBy === 0 ? 0 : common / measuredBy,
    measuredBy,
    timesLonger: sizeOf(b) / Math.max(1, sizeOf(a)),
  };
}

/** The print as bytes: 32-bit words, little-endian. */
export function encodeTextPrint({ pairs, pairShift, triples }: TextPrint): Buffer {
  const words = new Uint32Array(2 + pairs.length + triples.length);
  words.set([pairShift, pairs.length]);
  words.set(pairs, 2);
  words.set(triples, 2 + pairs.length);
  return Buffer.from(words.buffer);
}

/** The print of bytes that `encodeTextPrint` made. */
export function decodeTextPrint(bytes: Uint8Array): TextPrint {
  // Copied where the buffer does not begin at a multiple of four bytes.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
  const [pairShift = 0, count = 0] = words;
  return { pairShift, pairs: words.subarray(2, 2 + count), triples: words.subarray(2 + count) };
}

/** About how many pairs a text has. */
function sizeOf({ pairs, pairShift }: TextPrint): number {
  return pairs.length * 2 ** pairShift;
}

function shiftFor(size: number, least: number, most: number): number {
  return Math.min(most, Math.max(0, Math.floor(Math.log2(Math.max(1, size) / least))));
}

/** FNV-1a with the final mix of MurmurHash3. */
function hashOfWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  }
  return mixed(hash);
}

function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function shingles(hashes: Uint32Array, length: number): Set<number> {
  const found = new Set<number>();
  for (let at = 0; at + length <= hashes.length; at++) {
    let hash = 0;
    for (let next = 0; next < length; next++) {
      hash = mixed(Math.imul(hash, 0x9e3779b1) + (hashes[at + next] ?? 0));
    }
    found.add(hash);
  }
  return found;
}

function sample(hashes: ReadonlySet<number>, shift: number): Uint32Array {
  const limit = 2 ** (32 - shift);
  const kept: number[] = [];
  for (const hash of hashes) if (hash < limit) kept.push(hash);
  return Uint32Array.from(kept).sort();
}
