import type { Check } from "../check.ts";
import { percentOf } from "./percent.ts";
import type { SoundSubject } from "./subject.ts";

/** A sample this close to the loudest one may have been cut off, when its neighbours are too. */
const AT_THE_TOP = 0.985;
const LEAST_RUN = 3;
/** Quieter samples than this share of the loudest are pauses. */
const PAUSE = 0.05;
/** Share of samples cut off from which a recording is spoilt (a pure tone of 50 Hz has 11 % near its top), or only fair. */
const CLIPPED = 0.13;
const DISTORTED = 0.02;

export const clipping: Check<SoundSubject> = {
  name: "clipping",
  purpose: `Rejects a recording with more than ${percentOf(CLIPPED)} of its samples cut off at one level, wherever that lies; above ${percentOf(DISTORTED)} it is at most fair.`,
  source:
    "Runs of samples at the loudest level (Laguna & Lerch, “An efficient algorithm for clipping detection and declipping audio”, AES 2016): they stay flat when the level is turned down afterwards.",
  reasons: ["clipped"],
  find({ recording: { kept } }) {
    const share = Math.max(...kept.map(clippedShare));
    if (share > CLIPPED) {
      return {
        reason: "clipped",
        why: `${percentOf(share)} of the samples are cut off at the loudest level.`,
      };
    }
    return share > DISTORTED
      ? { atMost: 1, why: `${percentOf(share)} of the samples are cut off` }
      : undefined;
  },
};

function clippedShare(samples: Float32Array): number {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  let clipped = 0;
  let active = 0;
  let run = 0;
  for (const sample of samples) {
    const level = Math.abs(sample);
    if (level > PAUSE * loudest) active++;
    run = level >= AT_THE_TOP * loudest ? run + 1 : 0;
    if (run === LEAST_RUN) clipped += LEAST_RUN;
    else if (run > LEAST_RUN) clipped++;
  }
  return active === 0 ? 0 : clipped / active;
}
