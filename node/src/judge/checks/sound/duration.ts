import type { Check } from "../check.ts";
import type { SoundSubject } from "./subject.ts";

const LEAST_SECONDS = 0.2;
const EXCELLENT_SECONDS = 1;

export const duration: Check<SoundSubject> = {
  name: "duration",
  purpose: `Rejects a recording shorter than ${LEAST_SECONDS} s; below ${EXCELLENT_SECONDS} s it is at most good.`,
  source: "Counted samples, not the stated duration; a spoken syllable lasts about 0.2 s (Greenberg 1999).",
  reasons: ["too-short"],
  find({ recording: { durationSeconds } }) {
    const why = `${durationSeconds.toFixed(2)} s`;
    if (durationSeconds < LEAST_SECONDS) {
      return { reason: "too-short", why: `The recording lasts ${why}; ${LEAST_SECONDS} s is the least.` };
    }
    return durationSeconds < EXCELLENT_SECONDS ? { atMost: 2, why } : { why };
  },
};
