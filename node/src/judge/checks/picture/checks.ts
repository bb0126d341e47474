import type { Check } from "../check.ts";
import { exposure } from "./exposure.ts";
import { flatness } from "./flatness.ts";
import { location } from "./location.ts";
import { noise } from "./noise.ts";
import { sharpness } from "./sharpness.ts";
import { size } from "./size.ts";
import type { PictureSubject } from "./subject.ts";

/** The checks of a picture, in the order in which they are made: what is cheap and certain comes first. */
export const PICTURE_CHECKS: readonly Check<PictureSubject>[] = [
  size,
  location,
  flatness,
  exposure,
  noise,
  sharpness,
];
