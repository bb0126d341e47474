import type { Check } from "../check.ts";
import type { PictureSubject } from "./subject.ts";

/** The brightest hundredth of a picture is darker than this, or the darkest hundredth brighter. At night it is brighter. */
const DARK = 28;
const BRIGHT = 220;
/** Below this range of brightness a picture looks as if seen through fog. */
const FAINT_SPREAD = 40;

export const exposure: Check<PictureSubject> = {
  name: "exposure",
  purpose: `Rejects a picture without a pixel in a hundred above ${DARK} of 255, or below ${BRIGHT}; with a range of brightness under ${FAINT_SPREAD} it is at most fair.`,
  source:
    "Percentiles of brightness (ITU-R BT.601), the usual test of a histogram pushed to one end; limits set on all sources of `bench:judge`.",
  reasons: ["badly-exposed"],
  find(subject) {
    const [dark, bright] = [subject.brightnessBelow(0.01), subject.brightnessBelow(0.99)];
    if (bright < DARK) {
      return {
        reason: "badly-exposed",
        why: `The picture is nearly black: 99 % of it is below ${bright} of 255.`,
      };
    }
    if (dark > BRIGHT) {
      return {
        reason: "badly-exposed",
        why: `The picture is nearly white: 99 % of it is above ${dark} of 255.`,
      };
    }
    const why = `brightness ${dark} to ${bright} of 255`;
    return bright - dark < FAINT_SPREAD ? { atMost: 1, why: `${why}: hardly any contrast` } : { why };
  },
};
