import { resample } from "./resample.ts";
import { Spectrum } from "./spectrum.ts";

/** Rate at which every recording is compared: what a telephone carries is what copies have in common. */
export const PRINT_RATE = 8_000;
const FRAME = 1024;
const HOP = 128;
export const FRAMES_A_SECOND = PRINT_RATE / HOP;
/** Bits of a word: steps between neighbours of 25 bands, each of which spans the same ratio of frequencies. */
export const WORD_BITS = 24;
const LOWEST_HERTZ = 200;
const HIGHEST_HERTZ = 3_400;
/** Frames between the two moments whose difference a bit tells. */
const LAG = 5;
/** Bits that nearly were the other way, kept of each word for looking it up. */
const DOUBTFUL = 3;
/** A frame with less of the loudest frame's power than this is silence. */
const SILENT_SHARE = 1e-4;
/** Speeds at which a copy may have been played, besides the recording's own. */
export const SPEEDS = [1, 0.98, 1.02] as const;
/** Of shorter recordings the print also holds the sound itself: two takes of one word differ only there. */
const SHORT_SECONDS = 4;
/** Every fourth sample of the sound is kept of a known recording. */
export const KEPT_STEP = 4;

/** By what copies of a recording are found. */
export interface SoundPrint {
  /** Words for each of `SPEEDS`, the frames being those of the recording; a known recording has only the first. */
  speeds: Uint32Array[];
  /** How much a frame counts, 0 (silence) to 255. */
  weights: Uint8Array;
  /** Of each word of the first: its doubtful bits, five bits each; empty for a known recording. */
  doubtful: Uint16Array;
  /** The sound of a short recording: at 8 kHz, or every fourth sample of it for a known one; else empty. */
  wave: Int8Array;
}

const spectrum = new Spectrum(FRAME);
const powers = new Float64Array(FRAME / 2);

/**
 * The print of a recording: a word for each sixteen milliseconds, whose bits tell whether the
 * difference between neighbouring bands' loudness grew (Haitsma & Kalker, "A highly robust audio fingerprinting system",
 * ISMIR 2002, with shorter frames, so that single words can be told apart).
 *
 * @param samples The recording in one channel at 8 kHz.
 */
export function soundPrint(samples: Float32Array): SoundPrint {
  const frames = Math.ceil(samples.length / HOP);
  const loudness = SPEEDS.map(() => Array.from({ length: frames }, () => new Float64Array(WORD_BITS + 1)));
  const totals = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    spectrum.powers(samples, frame * HOP - FRAME / 2, powers);
    for (const [speed, bands] of BANDS.entries()) {
      const total = listen(bands, (loudness[speed] as Float64Array[])[frame] as Float64Array);
      if (speed === 0) totals[frame] = total;
    }
  }
  const doubtful = new Uint16Array(frames);
  const speeds = loudness.map((bands, speed) => wordsOf(bands, speed === 0 ? doubtful : undefined));
  return { speeds, weights: weightsOf(totals), doubtful, wave: waveOf(samples) };
}

/** What a band takes of a spectrum: shares of the powers from `first` on. */
interface Band {
  first: number;
  shares: Float64Array;
}

/** The bands at each of `SPEEDS`: a copy that was played faster sounds higher by as much. */
const BANDS: readonly (readonly Band[])[] = SPEEDS.map((speed) => {
  const edge = (n: number): number =>
    (LOWEST_HERTZ * (HIGHEST_HERTZ / LOWEST_HERTZ) ** (n / (WORD_BITS + 1)) * FRAME * speed) / PRINT_RATE;
  return Array.from({ length: WORD_BITS + 1 }, (_, band) => {
    const [from, to] = [edge(band), edge(band + 1)];
    const first = Math.floor(from);
    const shares = Float64Array.from(
      { length: Math.ceil(to) - first },
      (_share, n) => Math.min(to, first + n + 1) - Math.max(from, first + n),
    );
    return { first, shares };
  });
});

/** Write the loudness of each band (the cube root of its power, as loudness is felt); returns the whole power. */
function listen(bands: readonly Band[], loudness: Float64Array): number {
  let total = 0;
  for (let band = 0; band < bands.length; band++) {
    const { first, shares } = bands[band] as Band;
    let power = 0;
    for (let n = 0; n < shares.length; n++) power += (powers[first + n] as number) * (shares[n] as number);
    loudness[band] = Math.cbrt(power);
    total += power;
  }
  return total;
}

function weightsOf(totals: Float64Array): Uint8Array {
  const loudest = totals.reduce((most, total) => Math.max(most, total), 0);
  return Uint8Array.from(totals, (total) => {
    const share = loudest === 0 ? 0 : total / loudest;
    return share < SILENT_SHARE ? 0 : Math.ceil(255 * share ** 0.25);
  });
}

const SILENCE = new Float64Array(WORD_BITS + 1);

function wordsOf(loudness: readonly Float64Array[], doubtful: Uint16Array | undefined): Uint32Array {
  const words = new Uint32Array(loudness.length);
  for (let frame = 0; frame < words.length; frame++) {
    const steps = stepsOf(loudness[frame] as Float64Array, loudness[frame - LAG] ?? SILENCE);
    let word = 0;
    for (let bit = 0; bit < WORD_BITS; bit++) if ((steps[bit] as number) > 0) word |= 1 << bit;
    words[frame] = word;
    if (doubtful !== undefined) doubtful[frame] = leastCertain(steps);
  }
  return words;
}

const steps = new Float64Array(WORD_BITS);

function stepsOf(now: Float64Array, before: Float64Array): Float64Array {
  for (let bit = 0; bit < WORD_BITS; bit++) {
    steps[bit] =
      (now[bit] as number) - (now[bit + 1] as number) - (before[bit] as number) + (before[bit + 1] as number);
  }
  return steps;
}

/** The bits with the smallest steps, five bits each. */
function leastCertain(steps: Float64Array): number {
  let packed = 0;
  const taken = new Set<number>();
  for (let n = 0; n < DOUBTFUL; n++) {
    let least = -1;
    for (let bit = 0; bit < WORD_BITS; bit++) {
      if (taken.has(bit)) continue;
      if (least < 0 || Math.abs(steps[bit] as number) < Math.abs(steps[least] as number)) least = bit;
    }
    taken.add(least);
    packed |= least << (5 * n);
  }
  return packed;
}

/** The sound below 900 Hz, in steps of 1/127 of its loudest sample; empty for a long recording. */
function waveOf(samples: Float32Array): Int8Array {
  if (samples.length > SHORT_SECONDS * PRINT_RATE) return new Int8Array(0);
  const low = resample(
    resample(samples, PRINT_RATE, PRINT_RATE / KEPT_STEP),
    PRINT_RATE / KEPT_STEP,
    PRINT_RATE,
  );
  let mean = 0;
  let loudest = 1e-9;
  for (let at = 0; at < low.length; at++) {
    // What is slower than about 60 Hz is hum, wind or an offset.
    mean += 0.05 * ((low[at] as number) - mean);
    low[at] = (low[at] as number) - mean;
    loudest = Math.max(loudest, Math.abs(low[at] as number));
  }
  return Int8Array.from(low, (sample) => Math.round((127 * sample) / loudest));
}

/** The masks of the doubtful bits of a word. */
export function doubtfulBits(packed: number): number[] {
  return Array.from({ length: DOUBTFUL }, (_, n) => 1 << ((packed >> (5 * n)) & 31));
}

/** What is kept of a recording once it is known: a fifth of its print. */
export function keptPrint({ speeds, weights, wave }: SoundPrint): SoundPrint {
  const kept = wave.filter((_, at) => at % KEPT_STEP === 0);
  return { speeds: speeds.slice(0, 1), weights, doubtful: new Uint16Array(0), wave: kept };
}

/** A print as bytes: how many speeds, frames, doubtful words and samples it has, then those in this order. */
export function encodeSoundPrint({ speeds, weights, doubtful, wave }: SoundPrint): Buffer {
  const lengths = Uint32Array.from([speeds.length, weights.length, doubtful.length, wave.length]);
  return Buffer.concat(
    [lengths, ...speeds, doubtful, weights, wave].map((part) =>
      Buffer.from(part.buffer, part.byteOffset, part.byteLength),
    ),
  );
}

/** The print that `bytes` were made of. */
export function decodeSoundPrint(bytes: Uint8Array): SoundPrint {
  // Copied, since a buffer from the database need not begin at a multiple of four bytes.
  const { buffer } = Uint8Array.from(bytes);
  const [speedCount = 0, frames = 0, doubtfulFrames = 0, samples = 0] = new Uint32Array(buffer, 0, 4);
  const speeds = Array.from(
    { length: speedCount },
    (_, speed) => new Uint32Array(buffer, 16 + 4 * frames * speed, frames),
  );
  let at = 16 + 4 * frames * speedCount;
  const doubtful = new Uint16Array(buffer, at, doubtfulFrames);
  at += 2 * doubtfulFrames;
  const weights = new Uint8Array(buffer, at, frames);
  return { speeds, weights, doubtful, wave: new Int8Array(buffer, at + frames, samples) };
}
