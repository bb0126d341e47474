import { parsePairs } from "../files/text.ts";
import { plainWords } from "./prints/plainWords.ts";
import { hash32 } from "./words.ts";

/** Shorter passages are common property: "yes", "Act II", a heading. */
const LEAST_WORDS = 8;

/** The units that a text is made of: pairs of a JSONL file, else paragraphs, else lines. */
export function passagesOf(text: string, mediaType: string): string[] {
  if (mediaType === "application/jsonl") {
    return parsePairs(text).map((pair) => `${pair.prompt}\n${pair.response}`);
  }
  const paragraphs = text.split(/\r?\n\s*\r?\n/);
  return paragraphs.length > 2 ? paragraphs : text.split(/\r?\n/);
}

/** Hashes of the passages that are long enough to be somebody's own, each once. */
export function passageHashes(passages: readonly string[]): number[] {
  const hashes = new Set<number>();
  for (const passage of passages) {
    const words = plainWords(passage);
    if (words.length >= LEAST_WORDS) hashes.add(hash32(words.join(" ")));
  }
  return [...hashes];
}
