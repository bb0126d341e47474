import type { Check } from "../check.ts";
import { LANGUAGE_NAMES } from "./languages.ts";
import type { TextSubject } from "./subject.ts";

const KINDS = "texts?|files?|documents?|stories|articles?|letters|poems|dialogues?|answers|books";
/** Fewer sentences do not tell a text's language for certain. */
const LEAST_SENTENCES = 4;
/** A text in the right language has nearly all of its sentences in it. */
const LEAST_SHARE = 0.15;

const ASKED = [...LANGUAGE_NAMES].map(([code, name]) => ({
  code,
  name,
  // A Datanet about French cooking does not ask for French: only these ways of speaking do.
  pattern: new RegExp(
    `\\b(${KINDS}|written|language:?|only) (in )?${name}\\b|\\b${name}([ -]language)? (${KINDS}|only)\\b|\\b${name} language only\\b`,
    "i",
  ),
}));

export const relevance: Check<TextSubject> = {
  name: "relevance",
  purpose:
    'Rejects a text in another language than the guidelines ask for ("Texts in German", "English only"). It does not understand topics: what a text is about is left to people.',
  source: "Language of each sentence by eld; names of languages from the Unicode CLDR.",
  reasons: ["off-topic"],
  find(subject) {
    const asked = ASKED.filter(({ pattern }) => pattern.test(subject.guidelines));
    if (asked.length === 0) return undefined;
    const told = subject.languages.flatMap(({ language }) => language ?? []);
    if (told.length < LEAST_SENTENCES) return undefined;
    const right = told.filter((language) => asked.some(({ code }) => code === language)).length;
    if (right >= LEAST_SHARE * told.length) return undefined;
    const wanted = asked.map(({ name }) => name).join(" or ");
    return {
      reason: "off-topic",
      why: `The guidelines ask for ${wanted}; ${right} of its ${told.length} sentences are.`,
    };
  },
};
