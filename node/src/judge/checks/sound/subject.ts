import type { Recording } from "../../../files/recording.ts";
import { resample } from "../../prints/resample.ts";
import { PRINT_RATE } from "../../prints/soundPrint.ts";
import { Spectrum } from "../../prints/spectrum.ts";

/** Samples of a frame at 8 kHz: 32 ms, in which a voice holds still. */
const FRAME = 256;
/** Frequencies that make up one band; averaged over them, chance no longer makes a frame of noise look tonal. */
const BAND_FREQUENCIES = 8;
/** Frames that are looked at, spread over the whole: more would not tell more. */
const MOST_FRAMES = 1_000;

/** What the checks of a sound listen to: everything is taken from samples that were decoded once. */
export class SoundSubject {
  readonly recording: Recording;
  /** All channels in one, at 8 kHz. */
  readonly samples: Float32Array;
  #bands: Float64Array[] | undefined;

  constructor(recording: Recording) {
    this.recording = recording;
    this.samples = resample(mixed(recording.kept), recording.sampleRate, PRINT_RATE);
  }

  /** For each frame that is not digital silence, the power in each of 16 bands of equal width up to 4 kHz. */
  get bands(): readonly Float64Array[] {
    this.#bands ??= this.#listen();
    return this.#bands;
  }

  #listen(): Float64Array[] {
    const spectrum = new Spectrum(FRAME);
    const powers = new Float64Array(FRAME / 2);
    const frames: Float64Array[] = [];
    const hop = Math.max(FRAME / 2, Math.floor(this.samples.length / MOST_FRAMES));
    for (let at = 0; at + FRAME <= this.samples.length; at += hop) {
      spectrum.powers(this.samples, at, powers);
      const bands = new Float64Array(powers.length / BAND_FREQUENCIES);
      // The lowest two frequencies hold the offset and the rumble.
      for (let k = 2; k < powers.length; k++) {
        const band = Math.floor(k / BAND_FREQUENCIES);
        bands[band] = (bands[band] as number) + (powers[k] as number);
      }
      if (bands.some((power) => power > 1e-9)) frames.push(bands);
    }
    return frames;
  }
}

function mixed(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  const mono = Float32Array.from(first);
  for (const channel of others) {
    for (let at = 0; at < mono.length; at++) mono[at] = (mono[at] as number) + (channel[at] as number);
  }
  return mono.map((sample) => sample / channels.length);
}
