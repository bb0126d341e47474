import type { Check } from "../check.ts";
import { percentOf } from "./percent.ts";
import type { SoundSubject } from "./subject.ts";

/** A gap is digital silence of at least this long, with sound right before and right after it. */
const LEAST_SECONDS = 0.005;
const MOST_SECONDS = 0.5;
/** Sound beside a gap is at least this share of the recording's level: speech fades, it does not stop within 5 ms. */
const BESIDE = 0.1;
/** Share of gaps from which a recording is torn, and number of gaps from which it is at most fair. */
const TORN = 0.04;
const FEW = 2;

export const dropouts: Check<SoundSubject> = {
  name: "dropouts",
  purpose: `Rejects a recording of which more than ${percentOf(TORN)} are gaps of digital silence between sounds; with more than ${FEW} gaps it is at most fair.`,
  source: "Runs of zeros with sudden edges, as lost packets leave them (ITU-T P.563, section on mutes).",
  reasons: ["truncated"],
  find({ recording: { kept, sampleRate } }) {
    const [samples = new Float32Array(0)] = kept;
    const gaps = gapsOf(samples, sampleRate);
    const share = gaps.reduce((sum, length) => sum + length, 0) / samples.length;
    if (share > TORN) {
      return {
        reason: "truncated",
        why: `${percentOf(share)} of the recording are missing, in ${gaps.length} gaps.`,
      };
    }
    return gaps.length > FEW ? { atMost: 1, why: `${gaps.length} gaps` } : undefined;
  },
};

/** Lengths in samples of the gaps. */
function gapsOf(samples: Float32Array, sampleRate: number): number[] {
  const beside = Math.ceil(LEAST_SECONDS * sampleRate);
  const level = rootMeanSquare(samples, 0, samples.length);
  const gaps: number[] = [];
  for (let at = 0; at < samples.length; at++) {
    if (samples[at] !== 0) continue;
    let end = at;
    while (end < samples.length && samples[end] === 0) end++;
    const length = end - at;
    const isGap =
      length >= beside &&
      length <= MOST_SECONDS * sampleRate &&
      rootMeanSquare(samples, at - beside, at) > BESIDE * level &&
      rootMeanSquare(samples, end, end + beside) > BESIDE * level;
    if (isGap) gaps.push(length);
    at = end;
  }
  return gaps;
}

/** Root mean square of samples [from, to); samples outside of the recording count as silence. */
function rootMeanSquare(samples: Float32Array, from: number, to: number): number {
  let squares = 0;
  for (let at = from; at < to; at++) squares += (samples[at] ?? 0) ** 2;
  return Math.sqrt(squares / Math.max(1, to - from));
}
