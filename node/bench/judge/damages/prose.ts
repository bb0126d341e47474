import type { RandomNumbers } from "../../data/randomNumbers.ts";
import type { GoodFile } from "../corpus.ts";
import type { Damaged } from "../damage.ts";

const sentenceSegmenter = new Intl.Segmenter("und", { granularity: "sentence" });

interface Line {
  question: string;
  answer: string;
}

/** The text of a good file that a person wrote. */
export function proseOf(file: GoodFile): string {
  const text = file.bytes.toString("utf8");
  if (!file.name.endsWith(".jsonl")) return text;
  return linesOf(text)
    .map(({ question, answer }) => `${question}\n${answer}`)
    .join("\n\n");
}

/** The file with its prose changed: of JSONL, each question and each answer by itself. */
export function mapProse(file: GoodFile, change: (prose: string) => string): Damaged {
  const text = file.bytes.toString("utf8");
  if (!file.name.endsWith(".jsonl")) return textFile(file.name, change(text));
  return jsonlFile(
    file.name,
    linesOf(text).map(({ question, answer }) => ({ question: change(question), answer: change(answer) })),
  );
}

/** The lines of a good JSONL file. */
export function linesOf(text: string): Line[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** A JSONL file of lines. */
export function jsonlFile(name: string, lines: readonly Line[]): Damaged {
  return textFile(name, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
}

/** A file of text in UTF-8. */
export function textFile(name: string, text: string): Damaged {
  return { name, bytes: Buffer.from(text) };
}

/** The name of a copy in another format. */
export function renamed(name: string, ending: string): string {
  return name.replace(/\.[a-z]+$/, ending);
}

/** Sentences with the blanks behind them. */
export function sentencesOf(text: string): string[] {
  return [...sentenceSegmenter.segment(text)].map(({ segment }) => segment);
}

/** Whether a text sets blanks between words, so that words can be moved and exchanged. */
export function isSpaced(text: string): boolean {
  return text.length / (text.match(/\s+/g)?.length ?? 1) < 16;
}

/** The same items in random order. */
export function shuffled<Item>(items: readonly Item[], random: RandomNumbers): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] as Item, order[last] as Item];
  }
  return order;
}

/** One of some items. */
export function oneOf<Item>(items: readonly Item[], random: RandomNumbers): Item {
  if (items.length === 0) throw new Error("There is nothing to choose from.");
  return items[random.below(items.length)] as Item;
}

/** Every word of a text, or what `exchange` makes of it; blanks and punctuation stay. */
export function mapWords(text: string, exchange: (word: string) => string): string {
  return text.replace(/[\p{L}\p{M}]+/gu, exchange);
}

/** Random characters of an alphabet. */
export function noise(alphabet: string, length: number, random: RandomNumbers): string {
  const signs = [...alphabet];
  return Array.from({ length }, () => oneOf(signs, random)).join("");
}
