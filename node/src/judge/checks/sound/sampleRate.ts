import type { Check } from "../check.ts";
import type { SoundSubject } from "./subject.ts";

const LEAST_HERTZ = 4_000;
const GOOD_HERTZ = 8_000;
const EXCELLENT_HERTZ = 16_000;

export const sampleRate: Check<SoundSubject> = {
  name: "sample rate",
  purpose: `Rejects a recording of fewer than ${LEAST_HERTZ} samples a second; below ${GOOD_HERTZ} it is at most fair, below ${EXCELLENT_HERTZ} at most good.`,
  source: "Narrowband and wideband telephony (ITU-T G.712: 8 kHz, G.722: 16 kHz).",
  reasons: ["low-sample-rate"],
  find({ recording }) {
    const why = `${recording.sampleRate} Hz`;
    if (recording.sampleRate < LEAST_HERTZ) {
      return {
        reason: "low-sample-rate",
        why: `The recording has ${recording.sampleRate} samples a second; ${LEAST_HERTZ} are the least.`,
      };
    }
    if (recording.sampleRate < GOOD_HERTZ) return { atMost: 1, why };
    return recording.sampleRate < EXCELLENT_HERTZ ? { atMost: 2, why } : { why };
  },
};
