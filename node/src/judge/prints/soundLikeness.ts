import { FRAMES_A_SECOND, KEPT_STEP, PRINT_RATE, type SoundPrint, SPEEDS, WORD_BITS } from "./soundPrint.ts";

/** Frames that are aligned as one: over a longer piece a slightly faster copy runs away. */
const PIECE = 64;
/** Frames by which the next piece may have run away, and by which a candidate's offset may be wrong. */
const DRIFT = 3;
const FIRST_DRIFT = 8;
/** How much of the shorter recording the other one must hold. */
const LEAST_OVERLAP = 0.7;
/** From this many frames on, words decide alone; a shorter recording's sound is compared too. */
const LONG_FRAMES = 4 * FRAMES_A_SECOND;
/** Share of differing bits up to which two long recordings are one, and from which two short ones are not. */
const SAME_BITS = 0.25;
const OTHER_BITS = 0.38;
/** Two short recordings are one when the correlation of their sounds exceeds half the share of differing bits by this. */
const SAME_SOUND = 0.79;
/** Speeds whose share of differing bits is this close to the least one may be the right one. */
const CLOSE_BITS = 0.03;
/** Finer speeds around one of `SPEEDS` at which the sounds are laid upon each other. */
const FINER_SPEEDS = [-0.01, -0.0075, -0.005, -0.0025, 0.0025, 0.005, 0.0075, 0.01];

/** A recording and a known one laid upon each other by their words. */
export interface LaidOut {
  /** For each of `SPEEDS`, the best first: the share of differing bits, and where the known recording begins, in frames. */
  fits: readonly { speed: number; bits: number; start: number }[];
  /** The least share of differing bits. */
  bits: number;
}

/**
 * Lay a recording upon a known one by their words, which takes a hundredth of the time that comparing their sounds does.
 *
 * @param offset Frames by which the known recording is ahead where they share a word.
 */
export function layOut(print: SoundPrint, known: SoundPrint, offset: number): LaidOut {
  const fits = SPEEDS.map((speed, n) => ({ speed, ...differingBits(print, n, known, offset) }));
  fits.sort((a, b) => a.bits - b.bits);
  return { fits, bits: fits[0]?.bits ?? 1 };
}

/** How alike a recording and a known one are, in percent; undefined when they are not the same recording. */
export function soundLikeness(
  print: SoundPrint,
  known: SoundPrint,
  { fits, bits: least }: LaidOut,
): number | undefined {
  const isLong = Math.min(print.weights.length, known.weights.length) >= LONG_FRAMES;
  if (isLong || print.wave.length === 0 || known.wave.length === 0) {
    return least <= SAME_BITS ? Math.floor(100 * (1 - least)) : undefined;
  }
  if (least > OTHER_BITS) return undefined;
  for (const { bits, start, speed } of fits) {
    if (bits > least + CLOSE_BITS) break;
    const correlation = waveCorrelation(print.wave, known.wave, start, speed, bits);
    if (correlation - bits / 2 >= SAME_SOUND) return Math.floor(100 * correlation);
  }
  return undefined;
}

/**
 * The share of bits in which a recording at one of `SPEEDS` and a known one differ, louder frames counting more, and the
 * frames by which the known one is ahead at the beginning.
 */
function differingBits(
  print: SoundPrint,
  speed: number,
  known: SoundPrint,
  offset: number,
): { bits: number; start: number } {
  let bits = 0;
  let weight = 0;
  let ahead = offset;
  let start: number | undefined;
  for (let from = 0; from < print.weights.length; from += PIECE) {
    let best = { bits: 0, weight: 0, ahead };
    const drift = start === undefined ? FIRST_DRIFT : DRIFT;
    for (let by = ahead - drift; by <= ahead + drift; by++) {
      const piece = differingBitsOfPiece(print, speed, known, from, by);
      const isBetter = best.weight === 0 || piece.bits * best.weight < best.bits * piece.weight;
      if (piece.weight > 0.8 * best.weight && isBetter) best = { ...piece, ahead: by };
    }
    if (best.weight === 0) continue;
    start ??= best.ahead;
    ahead = best.ahead;
    bits += best.bits;
    weight += best.weight;
  }
  const shorter = Math.min(sum(print.weights), sum(known.weights));
  if (weight < LEAST_OVERLAP * shorter) return { bits: 1, start: offset };
  return { bits: bits / weight / WORD_BITS, start: start ?? offset };
}

function differingBitsOfPiece(
  { speeds, weights }: SoundPrint,
  speed: number,
  known: SoundPrint,
  from: number,
  by: number,
): { bits: number; weight: number } {
  const words = speeds[speed] as Uint32Array;
  const others = known.speeds[0] as Uint32Array;
  const pace = SPEEDS[speed] as number;
  let bits = 0;
  let weight = 0;
  for (let frame = from; frame < Math.min(from + PIECE, words.length); frame++) {
    const other = Math.round(frame * pace) + by;
    if (other < 0 || other >= others.length) continue;
    const counts = Math.min(weights[frame] as number, known.weights[other] as number);
    weight += counts;
    bits += counts * ones((words[frame] as number) ^ (others[other] as number));
  }
  return { bits, weight };
}

function ones(word: number): number {
  let value = word - ((word >>> 1) & 0x55555555);
  value = (value & 0x33333333) + ((value >>> 2) & 0x33333333);
  return Math.imul((value + (value >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The highest correlation of two sounds near an offset in frames, at a speed and, when that is not enough, at speeds a
 * little off it. The sign does not matter: some recorders turn it.
 */
function waveCorrelation(
  wave: Int8Array,
  kept: Int8Array,
  offset: number,
  speed: number,
  bits: number,
): number {
  const wanted = SAME_SOUND + bits / 2;
  let best = correlationAt(wave, kept, offset, speed, wanted);
  for (const by of FINER_SPEEDS) {
    if (best >= wanted + 0.05) break;
    best = Math.max(best, correlationAt(wave, kept, offset, speed + by, wanted));
  }
  return best;
}

/** Samples that are enough to tell about how much two sounds correlate: by chance they would by a thirtieth. */
const GLANCED_SAMPLES = 1_000;
/** How far a correlation may be from what a glance tells of it: five times that. */
const GLANCE_ERROR = 0.15;

/** The highest correlation near an offset; only about how much it is where that is far below `wanted`. */
function correlationAt(
  wave: Int8Array,
  kept: Int8Array,
  offset: number,
  speed: number,
  wanted: number,
): number {
  const hop = PRINT_RATE / FRAMES_A_SECOND;
  const reach = 1.5 * hop;
  const ours = atSpeed(wave, speed);
  const ourPower = powersUpTo(ours, KEPT_STEP);
  const theirs = Float32Array.from(kept);
  const theirPower = powersUpTo(theirs, 1);
  const least = LEAST_OVERLAP * Math.min(kept.length, ours.length / KEPT_STEP);
  const correlation = (shift: number, mostSamples: number): number => {
    // Sample n of what was kept is sample 4n of the known sound, and sample 4n - ahead of this one.
    const ahead = offset * hop + shift;
    const from = Math.max(0, Math.ceil(ahead / KEPT_STEP));
    const to = Math.min(kept.length, Math.floor((ours.length - 1 + ahead) / KEPT_STEP) + 1);
    if (to - from < least) return 0;
    const step = Math.max(1, Math.floor((to - from) / mostSamples));
    let both = 0;
    for (let n = from, at = KEPT_STEP * from - ahead; n < to; n += step, at += step * KEPT_STEP) {
      both += (ours[at] as number) * (theirs[n] as number);
    }
    const first = KEPT_STEP * from - ahead;
    const last = KEPT_STEP * (to - 1) - ahead;
    const power =
      ((ourPower[last] as number) - (ourPower[first - KEPT_STEP] ?? 0)) *
      ((theirPower[to - 1] as number) - (theirPower[from - 1] ?? 0));
    return (step * Math.abs(both)) / Math.sqrt(power + 1e-9);
  };
  const glances: number[] = [];
  for (let shift = -reach; shift <= reach; shift++) glances.push(correlation(shift, GLANCED_SAMPLES));
  const highest = Math.max(...glances);
  if (highest < wanted - GLANCE_ERROR) return highest;
  return glances.reduce(
    (best, glance, n) =>
      glance < highest - GLANCE_ERROR
        ? best
        : Math.max(best, correlation(n - reach, Number.POSITIVE_INFINITY)),
    0,
  );
}

function atSpeed(wave: Int8Array, speed: number): Float32Array {
  const samples = new Float32Array(Math.floor(wave.length * speed));
  for (let at = 0; at < samples.length; at++) samples[at] = wave[Math.round(at / speed)] ?? 0;
  return samples;
}

/** For each sample the sum of squares of it and of every `step`th sample before it. */
function powersUpTo(samples: Float32Array, step: number): Float64Array {
  const sums = new Float64Array(samples.length);
  for (let at = 0; at < samples.length; at++)
    sums[at] = (sums[at - step] ?? 0) + (samples[at] as number) ** 2;
  return sums;
}
