import { resample } from "../../../src/judge/prints/resample.ts";
import type { RandomNumbers } from "../../data/randomNumbers.ts";
import type { Damage, Expected } from "../damage.ts";
import { flacOf, mp3Of, type Wave, waveOf, wavOf } from "./waves.ts";

type Change = (samples: Float32Array, sampleRate: number, random: RandomNumbers) => Float32Array | Wave;

/** A damage that decodes a sound, changes its samples and saves them, as WAV unless told otherwise. */
function sound(
  expected: Expected,
  name: string,
  what: string,
  change: Change,
  save: { ending: string; bytesOf: (wave: Wave) => Buffer | Promise<Buffer> } = {
    ending: "wav",
    bytesOf: wavOf,
  },
): Damage {
  return {
    name,
    what,
    modality: "audio",
    obvious: true,
    expected,
    async apply(file, random) {
      const { samples, sampleRate } = await waveOf(file);
      const changed = change(samples, sampleRate, random);
      const wave = changed instanceof Float32Array ? { channels: [changed], sampleRate } : changed;
      return {
        name: `${file.name.replace(/\.\w+$/, "")}.${save.ending}`,
        bytes: await save.bytesOf(wave),
      };
    },
  };
}

const ruined = (...reasons: Extract<Expected, { verdict: "reject" }>["reasons"]): Expected => ({
  verdict: "reject",
  reasons,
});
const COPY: Expected = { verdict: "duplicate" };
const FINE: Expected = { verdict: "accept" };

const asIs: Change = (samples) => samples;
const mp3 = (kilobits: number) => ({ ending: "mp3", bytesOf: (wave: Wave) => mp3Of(wave, kilobits) });
const FLAC = { ending: "flac", bytesOf: flacOf };

/** Normally distributed, by Box and Muller. */
const normal = (random: RandomNumbers): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const levelOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** Adds white noise at a number of decibels below the sound. */
const withNoise =
  (decibels: number): Change =>
  (samples, _rate, random) => {
    const level = levelOf(samples) * 10 ** (-decibels / 20);
    return samples.map((sample) => sample + level * normal(random));
  };

const tones =
  (...partials: [hertz: number, level: number][]): Change =>
  (samples, rate) =>
    samples.map((_, at) =>
      partials.reduce((sum, [hertz, level]) => sum + level * Math.sin((2 * Math.PI * hertz * at) / rate), 0),
    );

/** Cut off at a share of the loudest sample, then brought to a level. */
const clippedAt =
  (share: number, level: number): Change =>
  (samples) => {
    const top = share * samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return samples.map((sample) => (level * Math.max(-top, Math.min(top, sample))) / top);
  };

/** Of every piece of 100 ms a share at a random place is missing. */
const withGaps =
  (share: number): Change =>
  (samples, rate, random) => {
    const changed = Float32Array.from(samples);
    const piece = Math.round(rate / 10);
    for (let at = 0; at < samples.length; at += piece) {
      const from = at + random.below(Math.round(piece * (1 - share)));
      changed.fill(0, from, from + Math.round(piece * share));
    }
    return changed;
  };

const atSpeed =
  (speed: number): Change =>
  (samples, rate) =>
    resample(samples, rate * speed, rate);
const atRate =
  (wanted: number): Change =>
  (samples, rate) => ({
    channels: [resample(samples, rate, wanted)],
    sampleRate: wanted,
  });
const after =
  (seconds: number): Change =>
  (samples, rate) => {
    const changed = new Float32Array(samples.length + Math.round(seconds * rate));
    changed.set(samples, changed.length - samples.length);
    return changed;
  };
const trimmed =
  (share: number): Change =>
  (samples) =>
    samples.slice(Math.round(share * samples.length), Math.round((1 - share) * samples.length));

/** Ways to damage recordings, to copy them, and to leave them as good as they were. */
export const SOUND_DAMAGES: readonly Damage[] = [
  sound(ruined("silent"), "silence", "nothing is heard", (samples) => new Float32Array(samples.length)),
  sound(ruined("silent"), "nearly-silent", "70 dB below full scale", (samples) => {
    const level = levelOf(samples);
    return samples.map((sample) => (0.0003 * sample) / level);
  }),
  sound(ruined("noisy"), "white-noise", "noise of a machine", (samples, _rate, random) =>
    samples.map(() => 0.2 * normal(random)),
  ),
  sound(ruined("noisy"), "under-noise", "noise 5 dB above the voice", withNoise(-5)),
  sound(
    ruined("no-signal"),
    "mains-hum",
    "50 Hz and its harmonics",
    tones([50, 0.3], [150, 0.1], [250, 0.05]),
  ),
  sound(ruined("no-signal"), "test-tone", "1 kHz", tones([1_000, 0.4])),
  sound(ruined("clipped"), "clipped", "cut off at a tenth of its loudest", clippedAt(0.1, 1)),
  sound(ruined("clipped"), "clipped-quieter", "cut off at a tenth, then turned down", clippedAt(0.1, 0.3)),
  sound(ruined("truncated"), "lost-packets", "a quarter of every 100 ms is missing", withGaps(0.25)),
  sound(ruined("too-short"), "too-short", "0.1 s of it", (samples, rate) => {
    const from = Math.floor((samples.length - 0.1 * rate) / 2);
    return samples.slice(from, from + Math.round(0.1 * rate));
  }),
  sound(ruined("low-sample-rate"), "low-rate", "3,000 samples a second", atRate(3_000)),
  {
    ...sound(ruined("unreadable"), "cut-off-sound", "the last third of the bytes is missing", asIs),
    apply: ({ name, bytes }) => ({ name, bytes: bytes.subarray(0, Math.floor((bytes.length * 2) / 3)) }),
  },
  sound(COPY, "as-mp3", "MP3 of 32 kbit/s", asIs, mp3(32)),
  sound(
    COPY,
    "as-flac",
    "FLAC, turned down to 90 %",
    (samples) => samples.map((sample) => 0.9 * sample),
    FLAC,
  ),
  sound(COPY, "quieter", "a quarter as loud", (samples) => samples.map((sample) => 0.25 * sample)),
  sound(COPY, "louder", "up to full scale", (samples) => {
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
    return samples.map((sample) => (0.99 * sample) / loudest);
  }),
  sound(COPY, "other-rate", "8 kHz as 16 kHz, 16 kHz as 8 kHz", (samples, rate, random) =>
    atRate(rate === 8_000 ? 16_000 : 8_000)(samples, rate, random),
  ),
  sound(COPY, "hissing", "noise 20 dB below the voice", withNoise(20)),
  sound(COPY, "faster", "played 2 % faster", atSpeed(1.02)),
  sound(COPY, "slower", "played 2 % slower", atSpeed(0.98)),
  sound(COPY, "after-silence", "half a second of silence before it", after(0.5)),
  sound(COPY, "without-ends", "a twentieth less at both ends", trimmed(0.05)),
  sound(COPY, "on-two-channels", "the same on two channels", (samples, sampleRate) => ({
    channels: [samples, samples.map((sample) => 0.7 * sample)],
    sampleRate,
  })),
  sound(
    COPY,
    "trimmed-noisy-mp3",
    "a twenty-fifth less, noise 25 dB below, half as loud, MP3 of 32 kbit/s",
    (samples, rate, random) => {
      const noisy = withNoise(25)(trimmed(0.04)(samples, rate, random) as Float32Array, rate, random);
      return (noisy as Float32Array).map((sample) => 0.5 * sample);
    },
    mp3(32),
  ),
  sound(FINE, "as-mp3-alone", "MP3 of 64 kbit/s, nobody having submitted the recording", asIs, mp3(64)),
  sound(FINE, "as-flac-alone", "FLAC, nobody having submitted the recording", asIs, FLAC),
  sound(FINE, "high-rate-alone", "44.1 kHz, nobody having submitted the recording", atRate(44_100)),
  sound(FINE, "quiet-alone", "half as loud, nobody having submitted the recording", (samples) =>
    samples.map((sample) => 0.5 * sample),
  ),
  sound(FINE, "room-noise", "noise 25 dB below the voice", withNoise(25)),
];
