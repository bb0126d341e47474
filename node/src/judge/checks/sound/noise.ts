import type { Check } from "../check.ts";
import { floorOf } from "./floor.ts";
import type { SoundSubject } from "./subject.ts";

/** Below this many decibels nothing but the floor is there. */
const STEADY = -5;
/** Below this many decibels the floor covers everything; when it is as even as noise, already below the second number. */
const COVERED = 4.3;
const COVERED_BY_NOISE = 7.8;
const EVEN = 0.75;
/** Below this many decibels of even noise a recording is at most fair. */
const POOR = 10;
const RATHER_EVEN = 0.6;

export const noise: Check<SoundSubject> = {
  name: "noise",
  purpose: `Rejects a steady tone or hum (less than ${STEADY} dB above what is always there) and a recording under noise (less than ${COVERED} dB, or ${COVERED_BY_NOISE} dB above noise that is even over the frequencies); below ${POOR} dB of even noise it is at most fair.`,
  source:
    "Minimum statistics (Martin, IEEE TSAP 2001) and spectral flatness (Gray & Markel, IEEE TASSP 1974).",
  reasons: ["noisy", "no-signal"],
  find({ bands }) {
    const floor = floorOf(bands);
    if (floor === undefined) return undefined;
    const { signalToNoise, flatness } = floor;
    const why = `${signalToNoise.toFixed(0)} dB above what is always there`;
    if (signalToNoise < STEADY) {
      return { reason: "no-signal", why: "The recording is the same from its beginning to its end." };
    }
    if (signalToNoise < COVERED || (signalToNoise < COVERED_BY_NOISE && flatness > EVEN)) {
      return { reason: "noisy", why: `The recording is only ${why}: noise covers it.` };
    }
    return signalToNoise < POOR && flatness > RATHER_EVEN ? { atMost: 1, why: `noisy: ${why}` } : { why };
  },
};
