import type { Check } from "../check.ts";
import { clipping } from "./clipping.ts";
import { dropouts } from "./dropouts.ts";
import { duration } from "./duration.ts";
import { noise } from "./noise.ts";
import { offset } from "./offset.ts";
import { sampleRate } from "./sampleRate.ts";
import { silence } from "./silence.ts";
import type { SoundSubject } from "./subject.ts";

/** The checks of a sound, in the order in which they run: the first that rejects gives the reason. */
export const SOUND_CHECKS: readonly Check<SoundSubject>[] = [
  sampleRate,
  duration,
  silence,
  clipping,
  noise,
  dropouts,
  offset,
];
