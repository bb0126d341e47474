import { withoutDisguise, withoutMarkup } from "./prints/plainWords.ts";

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
  /** How much more often two pairs of neighbours are equal than if neighbours were independent. */
  dependence: number;
  meanWordLength: number;
  /** Characters between blanks, on average. */
  meanChunkLength: number;
  /** Share of letters of scripts that set no blanks between words. */
  unspacedShare: number;
  /** The most frequent script. */
  script: string;
}

const SCRIPTS: readonly [string, RegExp][] = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Bengali",
  "Tamil",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Tibetan",
].map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")]);

/** Scripts that write a word with one or two signs, without blanks between words. */
const IDEOGRAPHIC = new Set(["Han", "Hiragana", "Katakana", "Hangul"]);
/** Scripts that set no blanks between words. */
const UNSPACED = new Set([...IDEOGRAPHIC, "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"]);
const LATIN_LETTERS = 26;
/** The signs in common use, so that 1 means the same for ideographs as for letters. */
const IDEOGRAPHS = 600;
/** Below this many letters, how neighbours depend on each other is mostly chance. */
const ENOUGH_LETTERS = 400;

/** Runs of Latin letters, digits and the signs between them in addresses and in base64. */
const CODES = /[a-z0-9+/=_.:-]{40,}/g;

const MOST_CODES = 0.8;

/** Text beyond this adds nothing to the figures. */
const SAMPLE_CHARACTERS = 200_000;

export function languageFigures(whole: string): LanguageFigures {
  const all = stripAccents(withoutDisguise(withoutMarkup(whole.slice(0, SAMPLE_CHARACTERS)))).toLowerCase();
  const spoken = all.replace(CODES, " ");
  // Keys and long addresses in a text are neither for nor against it, until they are nearly all of it.
  const text = spoken.length < all.length * (1 - MOST_CODES) ? all : spoken;
  const words = spoken.match(/[\p{L}\p{M}']+/gu) ?? [];
  const letters = words.join("").replace(/[^\p{L}\p{M}]/gu, "");
  const visible = [...text.replace(/\s+/g, "")].length;
  const top = [...countScripts(letters)].sort((a, b) => b[1] - a[1]);
  const total = [...letters].length;
  const topScript = top[0]?.[0] ?? "";
  const ideographic = IDEOGRAPHIC.has(topScript);
  // Of a text in two scripts, each has its own alphabet; the more frequent one tells.
  const ofTopScript = ideographic
    ? [...letters].filter(isIdeograph)
    : [...letters].filter((letter) => scriptOf(letter) === topScript);
  const singles = repeatRate(ofTopScript);
  const distinct = ideographic
    ? IDEOGRAPHS
    : topScript === "Latin"
      ? LATIN_LETTERS
      : new Set(ofTopScript).size;
  return {
    letters: total,
    letterShare: visible === 0 ? 0 : total / visible,
    scriptShare: total === 0 ? 0 : twoScripts(top) / total,
    unevenness: singles * distinct,
    dependence: dependenceOf(words),
    meanWordLength: words.length === 0 ? 0 : total / words.length,
    meanChunkLength: visible / (text.match(/\S+/g)?.length ?? 1),
    unspacedShare:
      top.reduce((sum, [script, count]) => sum + (UNSPACED.has(script) ? count : 0), 0) / Math.max(1, total),
    script: topScript,
  };
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
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}

/** How much is written, in letters: an ideograph says as much as several of them. */
export function lengthInLetters(figures: LanguageFigures): number {
  return figures.letters * (IDEOGRAPHIC.has(figures.script) ? 2 : 1);
}

/** Why the figures are not those of language; undefined when they are. */
export function notLanguageBecause(figures: LanguageFigures): string | undefined {
  if (figures.letterShare < 0.4) return `only ${percent(figures.letterShare)} of its characters are letters`;
  if (figures.scriptShare < 0.85) return "its letters come from many scripts at once";
  if (figures.unevenness < (figures.script === "Latin" ? 1.25 : 1.1)) {
    return "all letters are about equally frequent, as in random characters";
  }
  if (IDEOGRAPHIC.has(figures.script)) return undefined;
  if (figures.meanChunkLength > 20 && figures.unspacedShare < 0.2) return "it has no blanks between words";
  if (UNSPACED.has(figures.script)) return undefined;
  if (figures.meanWordLength > 18)
    return `its words have ${figures.meanWordLength.toFixed(0)} letters on average`;
  if (figures.meanWordLength < 2.3) return "its words are fragments of one or two letters";
  if (figures.letters >= ENOUGH_LETTERS && figures.dependence < 1.12)
    return "its letters follow each other at random";
  return undefined;
}

const scripts = new Map<string, string>();

function scriptOf(letter: string): string {
  let script = scripts.get(letter);
  if (script === undefined) {
    script =
      SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ??
      `U+${letter.codePointAt(0)?.toString(16).slice(0, -2)}`;
    scripts.set(letter, script);
  }
  return script;
}

function isIdeograph(letter: string): boolean {
  return IDEOGRAPHIC.has(scriptOf(letter));
}

function countScripts(letters: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const script = scriptOf(letter);
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  return counts;
}

/** How much more often two pairs of neighbouring letters are equal than if neighbours were independent. */
function dependenceOf(words: readonly string[]): number {
  const pairs = new Map<string, number>();
  const singles = new Map<string, number>();
  let count = 0;
  for (const word of words) {
    let before = "";
    for (const letter of word) {
      if (letter === "'") continue;
      if (before !== "") {
        const pair = before + letter;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
        singles.set(before, (singles.get(before) ?? 0) + 1);
        singles.set(letter, (singles.get(letter) ?? 0) + 1);
        count++;
      }
      before = letter;
    }
  }
  const inPairs = equalShare(singles, 2 * count);
  return inPairs === 0 ? 0 : equalShare(pairs, count) / inPairs ** 2;
}

/** The chance that two different places hold the same sign: unbiased, so that short texts can be compared with long ones. */
function repeatRate(signs: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const sign of signs) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return equalShare(counts, signs.length);
}

function equalShare(counts: ReadonlyMap<string, number>, places: number): number {
  if (places < 2) return 0;
  let equal = 0;
  for (const count of counts.values()) equal += count * (count - 1);
  return equal / (places * (places - 1));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
