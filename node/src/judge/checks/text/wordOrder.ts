import { WORDS_COME_AGAIN } from "../../language.ts";
import { plainWords } from "../../prints/plainWords.ts";
import type { Check } from "../check.ts";
import { isKnownLanguage } from "./languages.ts";
import type { TextSubject } from "./subject.ts";

/** Enough words for phrases to come up more than once. */
const LEAST_WORDS = 120;
const COUNTED_WORDS = 3_000;
/** Without another sign, fewer words than this are in random order only when they have no phrase at all. */
const ENOUGH_WORDS = 280;
/** In standard deviations: no text of the tuning part has less than 1.9, half of the shuffled ones have less than 0. */
const NO_PHRASES = 0.6;
/** With one of the two signs of disorder below, texts with more phrases than that are rejected too. */
const FEW_PHRASES = 12;
/** Hardly any phrases: weaker signs are enough. */
const HARDLY_ANY_PHRASES = 3;
const LETTER = /\p{L}/u;
const DETERMINERS = new Set("the a an my your his their our its thy every".split(" "));
/** Words that hardly ever follow a determiner in English. */
const NOT_AFTER_DETERMINERS = new Set(
  "the a an of in on at to for and or but is are was were be has have had do does he she it they we you i that with from by as if will would can could shall my your his their our its this these those him her them me us thy thou thee not so then than who what when which how".split(
    " ",
  ),
);
const LEAST_DETERMINERS = 7;
/** Other languages have a word like one or two of them, which is not "the". */
const LEAST_DIFFERENT_DETERMINERS = 3;
/** With fewer misplaced, the articles of an English text stand where they belong. */
const LEAST_MISPLACED = 0.15;
const MOST_MISPLACED = 0.3;
const MOST_MISPLACED_OF_FEW = 0.19;
/** How neighbouring letters depend on each other: 1.3 to 2 in languages, 1.2 in words whose letters were moved. */
const MOST_SCRAMBLED = 1.5;
const SENTENCE_START = /[.!?]["')”’]*\s+["'(“‘]*(\p{L})/gu;
const LEAST_STARTS = 5;
const MOST_SMALL_STARTS = 0.65;
const MOST_SMALL_STARTS_OF_FEW = 0.5;

export const wordOrder: Check<TextSubject> = {
  name: "word order",
  purpose:
    "Rejects words in random order: no phrase of two words comes up more often than chance, or few do and sentences begin with small letters, articles stand before words that cannot follow them, or the letters of each word are in random order.",
  source:
    "Repeated pairs of words against the number expected of independent words (a test of collocation as in Manning and Schütze 1999, section 5.3), for any language; capitals and articles where a script or English has them.",
  reasons: ["jumbled"],
  find({ prose, figures }) {
    const words = plainWords(prose)
      .filter((word) => LETTER.test(word))
      .slice(0, COUNTED_WORDS);
    if (words.length < LEAST_WORDS) return undefined;
    const phrases = phraseScore(words);
    const misplaced = shareMisplaced(words);
    const isInPlace = misplaced !== undefined && misplaced < LEAST_MISPLACED;
    if (phrases < NO_PHRASES && words.length >= ENOUGH_WORDS && !isInPlace) {
      return {
        reason: "jumbled",
        why: "Its words are in random order: no two follow each other more often than by chance.",
      };
    }
    if (phrases > FEW_PHRASES) return undefined;
    const few = phrases < HARDLY_ANY_PHRASES;
    if (misplaced !== undefined && misplaced > (few ? MOST_MISPLACED_OF_FEW : MOST_MISPLACED)) {
      return {
        reason: "jumbled",
        why: `${percent(misplaced)} of its articles stand before words that cannot follow them.`,
      };
    }
    const small = shareOfSmallStarts(prose);
    if (small > (few ? MOST_SMALL_STARTS_OF_FEW : MOST_SMALL_STARTS)) {
      return { reason: "jumbled", why: `${percent(small)} of its sentences begin with a small letter.` };
    }
    if (figures.dependence > MOST_SCRAMBLED || figures.repeatedWords >= WORDS_COME_AGAIN) return undefined;
    if (isKnownLanguage(prose)) return undefined;
    return {
      reason: "jumbled",
      why: "The letters of its words are in random order: it is no known language.",
    };
  },
};

/** How many more pairs of neighbours are equal than if the words were independent, in standard deviations (of Poisson counts). */
function phraseScore(words: readonly string[]): number {
  const numbers = new Map<string, number>();
  const singles: number[] = [];
  const pairs = new Map<number, number>();
  let before = -1;
  for (const word of words) {
    let number = numbers.get(word);
    if (number === undefined) {
      number = singles.length;
      numbers.set(word, number);
      singles.push(0);
    }
    singles[number] = (singles[number] as number) + 1;
    if (before >= 0) {
      const pair = before * words.length + number;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    before = number;
  }
  const equalPairs = equals(pairs.values());
  const positions = (words.length * (words.length - 1)) / 2;
  const chance = equals(singles) / positions;
  const expected = chance * chance * positions;
  return (equalPairs - expected) / Math.sqrt(expected + 1);
}

function equals(counts: Iterable<number>): number {
  let equal = 0;
  for (const count of counts) equal += (count * (count - 1)) / 2;
  return equal;
}

/** Undefined where there are too few articles to tell, or the text is not English. */
function shareMisplaced(words: readonly string[]): number | undefined {
  const different = new Set<string>();
  let determiners = 0;
  let misplaced = 0;
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (next === undefined || !DETERMINERS.has(word)) continue;
    determiners++;
    different.add(word);
    if (NOT_AFTER_DETERMINERS.has(next)) misplaced++;
  }
  const isEnglish =
    determiners >= LEAST_DETERMINERS &&
    (different.has("the") || different.size >= LEAST_DIFFERENT_DETERMINERS);
  return isEnglish ? misplaced / determiners : undefined;
}

function shareOfSmallStarts(text: string): number {
  let starts = 0;
  let small = 0;
  for (const [, letter = ""] of text.matchAll(SENTENCE_START)) {
    if (letter.toLowerCase() === letter.toUpperCase()) continue;
    starts++;
    if (letter === letter.toLowerCase()) small++;
  }
  return starts < LEAST_STARTS ? 0 : small / starts;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
