import type { RandomNumbers } from "../../data/randomNumbers.ts";
import type { Damage } from "../damage.ts";
import { pdfOf } from "./documents.ts";
import {
  isSpaced,
  jsonlFile,
  linesOf,
  mapProse,
  mapWords,
  oneOf,
  proseOf,
  renamed,
  sentencesOf,
  shuffled,
  textFile,
} from "./prose.ts";
import { SYNONYMS } from "./synonyms.ts";

/** Letters of other scripts that look like Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "а",
  c: "с",
  e: "е",
  i: "і",
  j: "ј",
  o: "о",
  p: "р",
  s: "ѕ",
  x: "х",
  y: "у",
  A: "А",
  B: "В",
  E: "Ε",
  H: "Н",
  I: "Ι",
  K: "Κ",
  M: "М",
  N: "Ν",
  O: "О",
  P: "Р",
  T: "Т",
  X: "Χ",
  Y: "Υ",
  Z: "Ζ",
};

function copy(name: string, what: string, apply: Damage["apply"], obvious = true): Damage {
  return { name, what, modality: "text", obvious, expected: { verdict: "duplicate" }, apply };
}

function spaced(apply: Damage["apply"]): Damage["apply"] {
  return (file, random, others) => (isSpaced(proseOf(file)) ? apply(file, random, others) : undefined);
}

/** Words exchanged for those of other texts; `share` of them. */
function exchange(text: string, share: number, words: readonly string[], random: RandomNumbers): string {
  return mapWords(text, (word) => (random.next() < share ? oneOf(words, random) : word));
}

function wordsOfOthers(others: Parameters<Damage["apply"]>[2], random: RandomNumbers): string[] {
  return Array.from(
    { length: 5 },
    () => proseOf(oneOf(others, random)).match(/[\p{L}\p{M}]{3,}/gu) ?? [],
  ).flat();
}

/** Copies of a text that was contributed before. */
export const TEXT_COPIES: readonly Damage[] = [
  copy(
    "synonyms",
    "known words exchanged for synonyms",
    spaced((file) => {
      let exchanged = 0;
      const damaged = mapProse(file, (text) =>
        mapWords(text, (word) => {
          const synonym = SYNONYMS.get(word.toLowerCase());
          if (synonym === undefined) return word;
          exchanged++;
          return word === word.toLowerCase() ? synonym : `${synonym[0]?.toUpperCase()}${synonym.slice(1)}`;
        }),
      );
      return exchanged < 5 ? undefined : damaged;
    }),
  ),
  copy(
    "exchanged-words",
    "one word in eight exchanged for another",
    spaced((file, random, others) => {
      const words = wordsOfOthers(others, random);
      return mapProse(file, (text) => exchange(text, 1 / 8, words, random));
    }),
  ),
  copy(
    "paraphrased",
    "one word in five exchanged, sentences in another order",
    spaced((file, random, others) => {
      const words = wordsOfOthers(others, random);
      return mapProse(file, (text) =>
        shuffled(
          sentencesOf(exchange(text, 1 / 5, words, random)).map((one) => one.trim()),
          random,
        ).join(" "),
      );
    }),
  ),
  copy(
    "heavily-paraphrased",
    "two words in five exchanged",
    spaced((file, random, others) => {
      const words = wordsOfOthers(others, random);
      return mapProse(file, (text) => exchange(text, 2 / 5, words, random));
    }),
    false,
  ),
  copy("reordered-sentences", "sentences in another order", (file, random) =>
    mapProse(file, (text) =>
      shuffled(
        sentencesOf(text).map((one) => one.trim()),
        random,
      ).join(" "),
    ),
  ),
  copy("inserted-sentences", "a sentence of another file after every third", (file, random, others) => {
    const foreign = sentencesOf(proseOf(oneOf(others, random))).filter(
      ({ length }) => length > 20 && length < 150,
    );
    if (foreign.length < 5) return undefined;
    return mapProse(file, (text) =>
      sentencesOf(text)
        .flatMap((one, index) => (index % 3 === 2 ? [one, `${oneOf(foreign, random).trim()} `] : [one]))
        .join(""),
    );
  }),
  copy(
    "left-out-words",
    "one word in ten left out",
    spaced((file, random) =>
      mapProse(file, (text) => mapWords(text, (word) => (random.below(10) === 0 ? "" : word))),
    ),
  ),
  copy(
    "typing-errors",
    "two letters exchanged in every tenth word",
    spaced((file, random) =>
      mapProse(file, (text) =>
        mapWords(text, (word) => {
          if (word.length < 4 || random.below(10) !== 0) return word;
          const at = 1 + random.below(word.length - 2);
          return `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
        }),
      ),
    ),
  ),
  copy("case-and-punctuation", "capital letters, no punctuation, other blanks", (file) =>
    mapProse(file, (text) =>
      text
        .toUpperCase()
        .replace(/[.,;:!?'"“”]/g, " ")
        .replace(/\s+/g, "  "),
    ),
  ),
  copy("look-alike-letters", "half of the letters exchanged for others of the same look", (file, random) => {
    if (!/[a-z]{4}/.test(proseOf(file))) return undefined;
    return mapProse(file, (text) =>
      text.replace(/[A-Za-z]/g, (letter) =>
        random.below(2) === 0 ? (LOOKALIKES[letter] ?? letter) : letter,
      ),
    );
  }),
  copy("invisible-characters", "zero-width characters in the words", (file, random) =>
    mapProse(file, (text) =>
      text.replace(/\p{L}(?=\p{L})/gu, (letter) => (random.below(4) === 0 ? `${letter}\u200b` : letter)),
    ),
  ),
  copy("first-half", "the first half of it", (file) => {
    if (file.name.endsWith(".jsonl")) {
      const lines = linesOf(file.bytes.toString());
      return jsonlFile(file.name, lines.slice(0, lines.length / 2));
    }
    const sentences = sentencesOf(proseOf(file));
    return textFile(renamed(file.name, ".txt"), sentences.slice(0, Math.ceil(sentences.length / 2)).join(""));
  }),
  copy("padded", "with a third of another text around it", (file, random, others) => {
    const own = proseOf(file);
    const other = oneOf(others, random);
    const foreign = proseOf(other).slice(0, own.length / 2);
    const middle = foreign.length / 2;
    const text = `${foreign.slice(0, middle)}\n\n${own}\n\n${foreign.slice(middle)}`;
    return { ...textFile(renamed(file.name, ".txt"), text), alsoFrom: other.name };
  }),
  copy("as-pdf", "the text as a PDF", (file) => pdfOf(file)),
  copy("same-bytes", "the same file under another name, with a blank at the end", (file) => ({
    name: `copy-of-${file.name}`,
    bytes: Buffer.concat([file.bytes, Buffer.from("\n")]),
  })),
];
