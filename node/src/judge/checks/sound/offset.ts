import type { Check } from "../check.ts";
import type { SoundSubject } from "./subject.ts";

/** A mean this far from zero, of full scale, takes away room and clicks at both ends. */
const OFFSET = 0.1;

export const offset: Check<SoundSubject> = {
  name: "offset",
  purpose: `A recording whose samples have a mean beyond ${OFFSET} of full scale is at most fair.`,
  source: "Mean of each channel (direct current of a broken sound card).",
  reasons: [],
  find({ recording: { kept } }) {
    const means = kept.map(
      (samples) => Math.abs(samples.reduce((sum, sample) => sum + sample, 0)) / samples.length,
    );
    const most = Math.max(...means);
    return most > OFFSET
      ? { atMost: 1, why: `its zero line is off by ${most.toFixed(2)} of full scale` }
      : undefined;
  },
};
