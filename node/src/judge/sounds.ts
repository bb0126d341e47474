import type { Recording } from "../files/recording.ts";
import { differingBits } from "./bits.ts";
import { type Opinion, reject } from "./opinion.ts";
import { FRAME, powerSpectrum } from "./spectrum.ts";

const LEAST_SECONDS = 0.2;
const GOOD_SAMPLE_RATE = 8_000;
const EXCELLENT_SAMPLE_RATE = 16_000;
const FULL_SCALE = 0.999;
/** More than this share of samples at full scale is heard as distortion. */
const CLIPPED_SHARE = 0.02;

const SLICES = 33;
const BANDS = 9;
const PRINT_BYTES = ((SLICES - 1) * (BANDS - 1)) / 8;
/** Bits of 256 in which two prints of one recording differ at most; two takes of one short word differ in more. */
const SAME_SOUND_BITS = 8;
/** How much the durations of copies may differ: encoders add and trim some milliseconds. */
const SAME_DURATION_SHARE = 0.05;

/** What a sound's samples tell. */
interface Loudness {
  sound: Recording;
  activeShare: number;
  clippedShare: number;
  mono: Float32Array;
}

/** Judge a sound by itself, and take a print of it by which copies in other formats are found. */
export function judgeSound(recording: Recording): { opinion: Opinion; print: Buffer } {
  let clipped = 0;
  for (const channel of recording.kept)
    for (const sample of channel) if (Math.abs(sample) >= FULL_SCALE) clipped++;
  const mono = mix(recording.kept);
  const loudness = {
    sound: recording,
    activeShare: recording.activeShare,
    clippedShare: clipped / (mono.length * recording.kept.length),
    mono,
  };
  return { opinion: grade(loudness), print: soundPrint(loudness.mono, recording.sampleRate) };
}

function grade({ sound, activeShare, clippedShare }: Loudness): Opinion {
  const seconds = sound.durationSeconds;
  if (activeShare < 0.02) return reject("silent", `${percent(1 - activeShare)} of the recording is silent.`);
  if (seconds < LEAST_SECONDS) {
    return reject(
      "too-short",
      `The recording lasts ${seconds.toFixed(2)} s; ${LEAST_SECONDS} s is the least.`,
    );
  }
  if (clippedShare > CLIPPED_SHARE) {
    return reject("clipped", `${percent(clippedShare)} of the samples are at full scale.`);
  }
  const why = `${seconds.toFixed(2)} s at ${sound.sampleRate} Hz, ${percent(activeShare)} of it sound`;
  if (sound.sampleRate < GOOD_SAMPLE_RATE || activeShare < 0.2) return { grade: 1, why };
  return { grade: sound.sampleRate >= EXCELLENT_SAMPLE_RATE && seconds >= 1 ? 3 : 2, why };
}

/**
 * A print of a recording: between the first and the last sound in it, whether the power of each frequency band grew or
 * fell against its neighbour band from one of 33 slices to the next. Loudness and format change few of the 256 bits.
 * The last four bytes hold the duration in milliseconds.
 */
function soundPrint(whole: Float32Array, sampleRate: number): Buffer {
  const samples = trim(whole);
  const bands = Array.from({ length: SLICES }, (_, slice) => {
    const centre = Math.round((samples.length * (slice + 0.5)) / SLICES);
    return bandPowers(
      powerSpectrum(samples, Math.max(0, Math.min(samples.length - FRAME, centre - FRAME / 2))),
    );
  });
  const print = Buffer.alloc(PRINT_BYTES + 4);
  print.writeUInt32LE(Math.round((1000 * samples.length) / sampleRate), PRINT_BYTES);
  for (let slice = 1; slice < SLICES; slice++) {
    for (let band = 0; band < BANDS - 1; band++) {
      const step = (at: number): number => (bands[at]?.[band] ?? 0) - (bands[at]?.[band + 1] ?? 0);
      if (step(slice) > step(slice - 1)) print[slice - 1] = (print[slice - 1] ?? 0) | (1 << band);
    }
  }
  return print;
}

/** Whether two prints are of one recording. */
export function isSameSound(a: Buffer, b: Buffer): boolean {
  const [first, second] = [a.readUInt32LE(PRINT_BYTES), b.readUInt32LE(PRINT_BYTES)];
  if (Math.abs(first - second) > SAME_DURATION_SHARE * Math.max(first, second)) return false;
  return differingBits(a.subarray(0, PRINT_BYTES), b.subarray(0, PRINT_BYTES)) <= SAME_SOUND_BITS;
}

/** Log power in nine bands that each span the same ratio of frequencies. */
function bandPowers(spectrum: Float64Array): number[] {
  const ratio = (spectrum.length / 8) ** (1 / BANDS);
  return Array.from({ length: BANDS }, (_, band) => {
    let power = 1e-9;
    for (let k = Math.floor(8 * ratio ** band); k < Math.floor(8 * ratio ** (band + 1)); k++)
      power += spectrum[k] ?? 0;
    return Math.log(power);
  });
}

function trim(samples: Float32Array): Float32Array {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const loud = (sample: number): boolean => Math.abs(sample) > loudest / 20;
  const from = samples.findIndex(loud);
  const to = samples.findLastIndex(loud);
  return from < 0 ? samples : samples.subarray(from, to + 1);
}

function mix(channels: Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  const mono = Float32Array.from(first ?? []);
  for (const channel of others)
    for (const [at, sample] of channel.entries()) mono[at] = (mono[at] ?? 0) + sample;
  return mono.map((sample) => sample / channels.length);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
