import { equalShare, Letters } from "./letters.ts";
import { UNSPACED_SCRIPTS, withoutDisguise, withoutMarkup } from "./prints/plainWords.ts";

/**
 * Is a text written language? Told without dictionaries, by three properties that every written language shares and
 * noise lacks: its letters come from one or two scripts, some letters are far more frequent than others, and what
 * letter comes next depends on the letter before.
 */

/** What was measured; each figure is about 1 for random letters and clearly more for language. */
export interface LanguageFigures {
  letters: number;
  /** Share of letters among all characters that are not blanks. */
  letterShare: number;
  /** Share of letters in the two most frequent scripts. */
  scriptShare: number;
  /** How much more often two letters at random are equal than if all letters were equally frequent. */
  unevenness: number;
  /** By how much that figure differs from text to text of this length by chance: its standard deviation for random letters. */
  unevennessByChance: number;
  /** How much more often two pairs of neighbours are equal than if neighbours were independent. */
  dependence: number;
  /** Share of the longer words that stand in the text more than once. */
  repeatedWords: number;
  meanWordLength: number;
  /** Characters between blanks or signs that stand for blanks, on average. */
  meanChunkLength: number;
  /** Share of letters of scripts that set no blanks between words. */
  unspacedShare: number;
  /** The most frequent script. */
  script: string;
}

/** Scripts that write a word with one or two signs, without blanks between words. */
const IDEOGRAPHIC = new Set(["Han", "Hiragana", "Katakana", "Hangul"]);
/** Scripts that write a syllable with one sign. */
const SYLLABIC = new Set(["Ethiopic", "Cherokee", "Canadian_Aboriginal"]);
/** Scripts whose words cannot be told by blanks: there are none, or they stand between syllables. */
const UNSPACED = new Set([...IDEOGRAPHIC, ...UNSPACED_SCRIPTS, "Tibetan"]);
/** Blanks, and the punctuation that only one script has, such as the word separators of Ethiopic and Tibetan. */
const CHUNK = /[^\s[\p{P}--\p{Script=Common}]]+/gv;
const LATIN_LETTERS = 26;
/** The signs in common use, so that 1 means the same for ideographs as for letters. */
const IDEOGRAPHS = 600;
/** The letters of the largest script that is not ideographic, with room to spare. */
const LARGEST_ALPHABET = 1_000;
/** Short texts of any language come so many standard deviations below what random letters give at the limit. */
const CHANCE = 1.5;
/** Below this many letters, how neighbours depend on each other is mostly chance. */
const ENOUGH_LETTERS = 400;

/** Runs of Latin letters, digits and the signs between them in addresses and in base64. */
const CODES = /[a-z0-9+/=_.:-]{40,}/g;

const MOST_CODES = 0.8;
const WORD = /[\p{L}\p{M}']+/gu;
const ASCII = /^[\0-\x7f]*$/;
/** Shorter words come again by chance, even of random letters. */
const LONG_WORD = 4;
/** Words come again in every language, and seldom when the letters of each are in random order. */
export const WORDS_COME_AGAIN = 0.25;

/** Text beyond this adds nothing to the figures. */
const SAMPLE_CHARACTERS = 200_000;

export function languageFigures(whole: string): LanguageFigures {
  const all = stripAccents(withoutDisguise(withoutMarkup(whole.slice(0, SAMPLE_CHARACTERS)))).toLowerCase();
  const spoken = all.replace(CODES, " ");
  // Keys and long addresses in a text are neither for nor against it, until they are nearly all of it.
  const text = spoken.length < all.length * (1 - MOST_CODES) ? all : spoken;
  const words = spoken.match(WORD) ?? [];
  const letters = new Letters(words);
  const { total } = letters;
  const visible = characters(text.replace(/\s+/g, ""));
  const top = [...letters.byScript()].sort((a, b) => b[1] - a[1]);
  const script = top[0]?.[0] ?? "";
  // Of a text in two scripts, each has its own alphabet; the more frequent one tells.
  const ofTopScript = letters.countsOf(IDEOGRAPHIC.has(script) ? IDEOGRAPHIC : new Set([script]));
  const places = ofTopScript.reduce((sum, count) => sum + count, 0);
  const alphabet = IDEOGRAPHIC.has(script)
    ? IDEOGRAPHS
    : script === "Latin"
      ? LATIN_LETTERS
      : alphabetOf(ofTopScript.length, places);
  return {
    letters: total,
    letterShare: visible === 0 ? 0 : total / visible,
    scriptShare: total === 0 ? 0 : twoScripts(top) / total,
    unevenness: equalShare(ofTopScript, places) * alphabet,
    unevennessByChance: Math.sqrt(2 * alphabet) / Math.max(1, places),
    dependence: letters.dependence(),
    repeatedWords: repeatedShare(words),
    meanWordLength: words.length === 0 ? 0 : total / words.length,
    meanChunkLength: visible / (text.match(ASCII.test(text) ? /\S+/g : CHUNK)?.length ?? 1),
    unspacedShare:
      top.reduce((sum, [name, count]) => sum + (UNSPACED.has(name) ? count : 0), 0) / Math.max(1, total),
    script,
  };
}

/** Counted in code points. */
function characters(text: string): number {
  let count = text.length;
  if (ASCII.test(text)) return count;
  for (const _ of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) count--;
  return count;
}

/** Letters in the two most frequent scripts; Japanese writes with three at once. */
function twoScripts(top: readonly [string, number][]): number {
  const ideographs = top.reduce((sum, [script, count]) => sum + (IDEOGRAPHIC.has(script) ? count : 0), 0);
  const others = top.filter(([script]) => !IDEOGRAPHIC.has(script)).map(([, count]) => count);
  const [first = 0, second = 0] = [ideographs, ...others].sort((a, b) => b - a);
  return first + second;
}

/** Letters without accents: "é" counts as "e". Hangul syllables stay whole. */
function stripAccents(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}

/**
 * How many letters there are to choose from, when `distinct` different ones were seen in `count` places: short texts do
 * not use them all. The size from which as many would be seen, were they equally frequent (the coupon collector's problem).
 */
function alphabetOf(distinct: number, count: number): number {
  const seen = (size: number): number => size * -Math.expm1(-count / size);
  let [least, most] = [distinct, LARGEST_ALPHABET];
  while (most - least > 0.5) {
    const middle = (least + most) / 2;
    if (seen(middle) < distinct) least = middle;
    else most = middle;
  }
  return least;
}

/** How much is written, in letters: an ideograph or the sign of a syllable says as much as several of them. */
export function lengthInLetters(figures: LanguageFigures): number {
  return figures.letters * (IDEOGRAPHIC.has(figures.script) || SYLLABIC.has(figures.script) ? 2 : 1);
}

/** Why the figures are not those of language; undefined when they are. */
export function notLanguageBecause(figures: LanguageFigures): string | undefined {
  if (figures.letterShare < 0.4) return `only ${percent(figures.letterShare)} of its characters are letters`;
  if (figures.scriptShare < 0.85) return "its letters come from many scripts at once";
  const leastUnevenness = figures.script === "Latin" ? 1.25 : 1.1 - CHANCE * figures.unevennessByChance;
  if (figures.unevenness < leastUnevenness) {
    return "all letters are about equally frequent, as in random characters";
  }
  if (IDEOGRAPHIC.has(figures.script)) return undefined;
  if (figures.meanChunkLength > 20 && figures.unspacedShare < 0.2) return "it has no blanks between words";
  if (UNSPACED.has(figures.script)) return undefined;
  if (figures.meanWordLength > 18)
    return `its words have ${figures.meanWordLength.toFixed(0)} letters on average`;
  if (figures.meanWordLength < 2.3) return "its words are fragments of one or two letters";
  const isLong = figures.letters >= ENOUGH_LETTERS;
  if (isLong && figures.dependence < 1.12 && figures.repeatedWords < WORDS_COME_AGAIN)
    return "its letters follow each other at random";
  return undefined;
}

function repeatedShare(words: readonly string[]): number {
  const counts = new Map<string, number>();
  let long = 0;
  for (const word of words) {
    if (word.length < LONG_WORD) continue;
    long++;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  let repeated = 0;
  for (const count of counts.values()) if (count > 1) repeated += count;
  return repeated / Math.max(1, long);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
