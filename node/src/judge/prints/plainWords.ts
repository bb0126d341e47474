/**
 * Letters of other scripts that look like Latin ones, by the Latin letter: the single letters among Unicode's
 * confusables (UTS #39) that keyboards have.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "аαɑ",
  b: "ƅьв",
  c: "сϲⅽ",
  d: "ԁⅾ",
  e: "еҽε",
  g: "ɡց",
  h: "һհн",
  i: "іιıɩ",
  j: "јϳ",
  k: "кκ",
  l: "ӏⅼ",
  m: "мⅿμ",
  n: "ոռν",
  o: "оοօσ",
  p: "рρ",
  q: "ԛզ",
  r: "гᴦ",
  s: "ѕꜱ",
  t: "тτ",
  u: "υսц",
  v: "ѵⅴ",
  w: "ԝѡш",
  x: "хχⅹ",
  y: "уγү",
  z: "ᴢζ",
};

const FOLDED = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) =>
    [...others].map((other) => [other, latin] as const),
  ),
);
const FOREIGN = new RegExp(`[${[...FOLDED.keys()].join("")}]`, "g");
const ASCII = /^[\t\n\r -~]*$/;
const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
const ASCII_WORDS = /[a-z0-9]+/g;
/** Scripts that set no blanks between words (The Unicode Standard, chapters 16 to 18). */
export const UNSPACED_SCRIPTS = [
  "Han",
  "Hiragana",
  "Katakana",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Javanese",
  "Balinese",
] as const;
/** Of these scripts each sign, with its marks, is taken for a word. */
export const UNSPACED = new RegExp(
  `[${UNSPACED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join("")}]`,
  "u",
);
const SIGNS = /\P{M}\p{M}*/gu;

/** Links, addresses and markup are no text: translations and unrelated pages have them in common. */
const MARKUP = /<[^<>\n]{1,400}>|https?:\/\/[^\s)\]>"']+|\]\([^)\s]*\)|^\s*\[[^\]\n]+\]:.*$/gm;

/** The text without links and tags. */
export function withoutMarkup(text: string): string {
  return text.replace(MARKUP, " ");
}

const MIXED_WORD = /\p{Script=Latin}/u;
const FOREIGN_WORD = /[\p{L}\p{M}]*[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}][\p{L}\p{M}]*/gu;

/** The text without invisible characters, and with Latin letters in words that mix them with letters of the same look. */
export function withoutDisguise(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .replace(/\p{Cf}/gu, "")
    .replace(FOREIGN_WORD, (word) =>
      MIXED_WORD.test(word)
        ? [...word].map((letter) => FOLDED.get(letter.toLowerCase()) ?? letter).join("")
        : word,
    );
}

/**
 * The words of a text without all that can be changed unseen: case, accents, punctuation, blanks, invisible characters,
 * and letters exchanged for others of the same look. For comparing, not for reading.
 */
export function plainWords(text: string): string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORDS) ?? [];
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Cf}|[\u0300-\u036f]/gu, "")
    .toLowerCase()
    .replace(FOREIGN, (letter) => FOLDED.get(letter) ?? letter);
  const words = plain.match(WORDS) ?? [];
  if (!UNSPACED.test(plain)) return words;
  return words.flatMap((word) => (UNSPACED.test(word) ? (word.match(SIGNS) ?? []) : [word]));
}
