import type { Check } from "../check.ts";
import type { PictureSubject } from "./subject.ts";

const LEAST_SIDE = 64;
const GOOD_SIDE = 128;
const EXCELLENT_SIDE = 256;

export const size: Check<PictureSubject> = {
  name: "size",
  purpose: `Rejects a picture with a side of fewer than ${LEAST_SIDE} pixels; below ${GOOD_SIDE} it is at most fair, below ${EXCELLENT_SIDE} at most good.`,
  source:
    "The stated size after rotation by its EXIF orientation; limits near the input sizes of common vision models (64, 128, 224).",
  reasons: ["too-small-image"],
  find({ picture: { width, height } }) {
    const side = Math.min(width, height);
    const why = `${width} × ${height} pixels`;
    if (side < LEAST_SIDE) {
      return {
        reason: "too-small-image",
        why: `The picture is ${why}; each side needs ${LEAST_SIDE}.`,
      };
    }
    if (side < GOOD_SIDE) return { atMost: 1, why };
    return side < EXCELLENT_SIDE ? { atMost: 2, why } : { why };
  },
};
