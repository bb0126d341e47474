import type { Check } from "../check.ts";
import { LANGUAGE_NAMES, type ToldSentence } from "./languages.ts";
import type { TextSubject } from "./subject.ts";

const LEAST_SENTENCES = 8;
/** Quotations and misread sentences are fewer than this share of a text. */
const LEAST_SHARE = 0.12;
const LEAST_LANGUAGES = 3;
const LEAST_CHANGES = 0.5;
const EVEN_SHARE = 0.18;
const MOST_OTHERS = 0.55;
const EVEN_CHANGES = 0.75;
/** Languages that are taken for each other, or for which a language that is not listed is taken. */
const RELATED = [
  ["be", "bg", "ru", "uk"],
  ["ca", "es", "it", "pt"],
  ["da", "no", "sv"],
  ["ms", "tl"],
  ["hr", "sl", "sr"],
  ["cs", "sk"],
  ["hi", "mr"],
  ["zh", "ja", "Han"],
];
const FAMILY = new Map(RELATED.flatMap((family) => family.map((code) => [code, family[0] as string])));
const SCRIPTS = [
  "Han",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Sinhala",
  "Georgian",
  "Armenian",
  "Ethiopic",
  "Arabic",
  "Devanagari",
].map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, "u") }));

export const mixedLanguages: Check<TextSubject> = {
  name: "mixed languages",
  purpose: `Rejects a text whose sentences change between ${LEAST_LANGUAGES} or more languages from one to the next. Texts in two languages pass: they may be translations.`,
  source: "Language of each sentence by eld (efficient language detector, n-grams of 60 languages).",
  reasons: ["mixed-languages"],
  find({ languages }) {
    const told = kindsOf(languages);
    if (told.length < LEAST_SENTENCES) return undefined;
    const counts = new Map<string | undefined, number>();
    for (const language of told) counts.set(language, (counts.get(language) ?? 0) + 1);
    // What cannot be told may all be of one language that is not listed.
    const used = [...counts]
      .filter(([language, count]) => language !== undefined && count >= LEAST_SHARE * told.length)
      .map(([language]) => language);
    const changes = told.filter((language, index) => index > 0 && language !== told[index - 1]).length;
    const isMixed =
      used.length >= LEAST_LANGUAGES
        ? changes >= LEAST_CHANGES * told.length
        : isMixedWithOthers(told, counts, changes);
    if (!isMixed) return undefined;
    const list = used.map((kind = "") => LANGUAGE_NAMES.get(kind) ?? `${kind} script`);
    return {
      reason: "mixed-languages",
      why: `Its sentences change ${changes} times between ${list.join(", ")}.`,
    };
  },
};

/** Two languages in turn with sentences of others: a single one that is not listed is seldom taken for two, evenly. */
function isMixedWithOthers(
  told: readonly (string | undefined)[],
  counts: ReadonlyMap<string | undefined, number>,
  changes: number,
): boolean {
  const even = [...counts].filter(([kind, count]) => kind !== undefined && count >= EVEN_SHARE * told.length);
  const others = (counts.get(undefined) ?? 0) / told.length;
  return (
    even.length >= 2 && others >= EVEN_SHARE && others <= MOST_OTHERS && changes >= EVEN_CHANGES * told.length
  );
}

/** For each sentence its language, or its family's first one, or a script that only languages use which are not told. */
function kindsOf(languages: readonly ToldSentence[]): (string | undefined)[] {
  return languages.map(({ sentence, language }) => {
    const kind = language ?? SCRIPTS.find(({ pattern }) => pattern.test(sentence))?.script;
    return kind === undefined ? undefined : (FAMILY.get(kind) ?? kind);
  });
}
