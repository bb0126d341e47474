import { notLanguageBecause } from "../../language.ts";
import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

export const script: Check<TextSubject> = {
  name: "language",
  purpose:
    "Rejects what is not written language: too few letters, letters of many scripts at once, letters that are equally frequent or follow each other at random, no blanks between words.",
  source:
    "Index of coincidence of letters and of neighbouring letters (Friedman 1922); Unicode scripts (UAX #24). Works without dictionaries, for any language.",
  reasons: ["not-language"],
  find({ figures }) {
    const noise = notLanguageBecause(figures);
    if (noise === undefined) return undefined;
    return { reason: "not-language", why: `The text does not read like language: ${noise}.` };
  },
};
