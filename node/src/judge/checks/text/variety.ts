import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** Longer texts use each word again by nature, so that only this many words are counted. */
const COUNTED_WORDS = 2_000;
const EXCELLENT_SHARE = 0.2;
const GOOD_SHARE = 0.15;

export const variety: Check<TextSubject> = {
  name: "variety",
  purpose: `Marks down a text that uses few different words: below ${EXCELLENT_SHARE * 100} % of the first ${COUNTED_WORDS} it is at most good, below ${GOOD_SHARE * 100} % at most fair.`,
  source: "Type-token ratio (Templin 1957).",
  reasons: [],
  find({ words }) {
    const counted = words.slice(0, COUNTED_WORDS);
    const share = new Set(counted).size / Math.max(1, counted.length);
    const why = `${Math.round(share * 100)} % of the words are different`;
    if (share < GOOD_SHARE) return { atMost: 1, why };
    return share < EXCELLENT_SHARE ? { atMost: 2, why } : { why };
  },
};
