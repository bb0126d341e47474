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

/**
 * How alike a recording and a known one are, in percent; undefined when they are not the same recording.
 *
 * @param offset Frames by which the known recording is ahead where they share a word.
 */
export function soundLikeness(print: SoundPrint, known: SoundPrint, offset: number): number | undefined {
  const fits = SPEEDS.map((speed, n) => ({ speed, ...differingBits(print, n, known, offset) }));
  fits.sort((a, b) => a.bits - b.bits);
  const least = fits[0]?.bits ?? 1;
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
  let best = correlationAt(wave, kept, offset, speed);
  for (const by of FINER_SPEEDS) {
    if (best - bits / 2 >= SAME_SOUND + 0.05) break;
    best = Math.max(best, correlationAt(wave, kept, offset, speed + by));
  }
  return best;
}

function correlationAt(wave: Int8Array, kept: Int8Array, offset: number, speed: number): number {
  const hop = PRINT_RATE / FRAMES_A_SECOND;
  const reach = 1.5 * hop;
  const ours = Float32Array.from(
    { length: Math.floor(wave.length * speed) },
    (_, at) => wave[Math.round(at / speed)] ?? 0,
  );
  const ourPower = powersUpTo(ours, KEPT_STEP);
  const theirs = Float32Array.from(kept);
  const theirPower = powersUpTo(theirs, 1);
  const least = LEAST_OVERLAP * Math.min(kept.length, ours.length / KEPT_STEP);
  let best = 0;
  for (let shift = -reach; shift <= reach; shift++) {
    // Sample n of what was kept is sample 4n of the known sound, and sample 4n - ahead of this one.
    const ahead = offset * hop + shift;
    const from = Math.max(0, Math.ceil(ahead / KEPT_STEP));
    const to = Math.min(kept.length, Math.floor((ours.length - 1 + ahead) / KEPT_STEP) + 1);
    if (to - from < least) continue;
    let both = 0;
    for (let n = from, at = KEPT_STEP * from - ahead; n < to; n++, at += KEPT_STEP) {
      both += (ours[at] as number) * (theirs[n] as number);
    }
    const first = KEPT_STEP * from - ahead;
    const last = KEPT_STEP * (to - 1) - ahead;
    const power =
      ((ourPower[last] as number) - (ourPower[first - KEPT_STEP] ?? 0)) *
      ((theirPower[to - 1] as number) - (theirPower[from - 1] ?? 0));
    const correlation = Math.abs(both) / Math.sqrt(power + 1e-9);
    if (correlation > best) best = correlation;
  }
  return best;
}

/** For each sample the sum of squares of it and of every `step`th sample before it. */
function powersUpTo(samples: Float32Array, step: number): Float64Array {
  const sums = new Float64Array(samples.length);
  for (let at = 0; at < samples.length; at++)
    sums[at] = (sums[at - step] ?? 0) + (samples[at] as number) ** 2;
  return sums;
}
