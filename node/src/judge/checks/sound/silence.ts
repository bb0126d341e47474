import type { Check } from "../check.ts";
import { percentOf } from "./percent.ts";
import type { SoundSubject } from "./subject.ts";

/** The least share of a recording that is louder than silence, and the share below which it is at most fair. */
const LEAST_SHARE = 0.02;
const GOOD_SHARE = 0.2;

export const silence: Check<SoundSubject> = {
  name: "silence",
  purpose: `Rejects a recording of which less than ${percentOf(LEAST_SHARE)} are louder than -54 dB of full scale; below ${percentOf(GOOD_SHARE)} it is at most fair.`,
  source: "Root mean square of blocks of 20 ms, as in the gates of ITU-R BS.1770.",
  reasons: ["silent"],
  find({ recording: { activeShare } }) {
    if (activeShare < LEAST_SHARE) {
      return { reason: "silent", why: `${percentOf(1 - activeShare)} of the recording are silence.` };
    }
    const why = `${percentOf(activeShare)} of it are sound`;
    return activeShare < GOOD_SHARE ? { atMost: 1, why } : { why };
  },
};
