import { lengthInLetters } from "../../language.ts";
import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** Fewer letters than this teach nothing. */
const LEAST_LETTERS = 60;
const GOOD_LETTERS = 400;
const EXCELLENT_LETTERS = 2_000;

export const length: Check<TextSubject> = {
  name: "length",
  purpose: `Rejects a text of fewer than ${LEAST_LETTERS} letters (an ideograph, or the sign of a syllable, counts as two); below ${GOOD_LETTERS} letters it is at most fair, below ${EXCELLENT_LETTERS} at most good.`,
  source:
    "Counts of letters (Unicode general category L); limits chosen on the tuning part of `bench:judge`.",
  reasons: ["too-short"],
  find({ figures }) {
    const letters = lengthInLetters(figures);
    if (letters < LEAST_LETTERS && figures.letterShare >= 0.4) {
      return {
        reason: "too-short",
        why: `The text has ${letters} letters; ${LEAST_LETTERS} are the least.`,
      };
    }
    const why = `${letters} letters`;
    if (letters < GOOD_LETTERS) return { atMost: 1, why };
    return letters < EXCELLENT_LETTERS ? { atMost: 2, why } : { why };
  },
};
