import type { Check } from "../check.ts";
import type { PictureSubject } from "./subject.ts";

/** A picture is one colour when this share of it is, and what is left is no stronger than a speck. */
const ONE_COLOUR_SHARE = 0.985;
const LEAST_SPREAD = 24;
const BLANK_SHARE = 0.995;

export const flatness: Check<PictureSubject> = {
  name: "flatness",
  purpose: `Rejects a picture of which ${100 * ONE_COLOUR_SHARE} % are one colour and nothing stands out, or ${100 * BLANK_SHARE} % whatever does.`,
  source:
    "Histogram of colours in 32 steps a channel, and the range of brightness without its lowest and highest hundredth.",
  reasons: ["flat-image"],
  find(subject) {
    const share = subject.mainColourShare();
    const spread = subject.brightnessBelow(0.99) - subject.brightnessBelow(0.01);
    const why = `${(100 * share).toFixed(1)} % of it is one colour, brightness spreads by ${spread} of 255`;
    if (share >= BLANK_SHARE || (share >= ONE_COLOUR_SHARE && spread < LEAST_SPREAD)) {
      return { reason: "flat-image", why: `The picture shows nothing: ${why}.` };
    }
    return undefined;
  },
};
