import type { Check } from "../check.ts";
import { blurEffect } from "./blurEffect.ts";
import type { PictureSubject } from "./subject.ts";

/** Blur from which a picture shows no detail, and from which it is a poor one. */
const BLURRED = 0.56;
const SOFT = 0.48;
/** A picture with a shorter side than this is looked at as it is, and may be softer there. */
const HALVED_SIDE = 256;
const SMALL_BLURRED = 0.7;

export const sharpness: Check<PictureSubject> = {
  name: "sharpness",
  purpose: `Rejects a picture that is blurred even at half its size (from ${HALVED_SIDE} pixels; blur effect of ${BLURRED} or more, ${SMALL_BLURRED} on smaller ones, in three of four regions with detail); from ${SOFT} it is at most fair. A smooth sky, a soft background and a fine texture do not count as blur.`,
  source:
    "Crété, Dolmiere, Ladret & Nicolas, “The blur effect: perception and estimation with a new no-reference perceptual blur metric”, SPIE 6492 (2007).",
  reasons: ["blurred"],
  find({ grey, half }) {
    const isLarge = Math.min(grey.width, grey.height) >= HALVED_SIDE;
    const blur = blurEffect(isLarge ? half : grey);
    if (blur === undefined) {
      return { reason: "blurred", why: "The picture has no edge and no texture anywhere." };
    }
    const why = `blur ${blur.toFixed(2)} of 1`;
    if (blur >= (isLarge ? BLURRED : SMALL_BLURRED))
      return { reason: "blurred", why: `The picture is out of focus: ${why}.` };
    return blur >= SOFT ? { atMost: 1, why: `soft: ${why}` } : { why };
  },
};
