import { deflateRawSync } from "node:zlib";
import { languageFigures, lengthInLetters, notLanguageBecause } from "./language.ts";
import { type Opinion, reject } from "./opinion.ts";
import { passagesOf } from "./passages.ts";
import { wordsOf } from "./words.ts";

/** Fewer letters than this teach nothing. */
const LEAST_LETTERS = 60;
const GOOD_LETTERS = 400;
const EXCELLENT_LETTERS = 2_000;
/** Text is packed in pieces of this many bytes, so that long texts are not called repetitive for being long. */
const PIECE_BYTES = 32_768;

/** Judge a text by itself: length, repetition, language. */
export function judgeText(text: string, mediaType: string): Opinion {
  const prose = mediaType === "application/jsonl" ? passagesOf(text, mediaType).join("\n") : text;
  const figures = languageFigures(prose);
  const letters = lengthInLetters(figures);
  if (letters < LEAST_LETTERS && figures.letterShare >= 0.4) {
    return reject("too-short", `The text has ${letters} letters; ${LEAST_LETTERS} are the least.`);
  }
  const noise = notLanguageBecause(figures);
  const repetition = repetitiveBecause(prose, mediaType);
  if (repetition !== undefined) return reject("repetitive", repetition);
  if (noise !== undefined) return reject("not-language", `The text does not read like language: ${noise}.`);
  return gradeText(letters, prose);
}

function gradeText(letters: number, prose: string): Opinion {
  const words = wordsOf(prose).slice(0, 2_000);
  const variety = new Set(words).size / Math.max(1, words.length);
  const why = `${letters} letters, ${Math.round(variety * 100)} % of the words are different`;
  if (letters >= EXCELLENT_LETTERS && variety >= 0.2) return { grade: 3, why };
  if (letters >= GOOD_LETTERS && variety >= 0.15) return { grade: 2, why };
  return { grade: 1, why };
}

/** Why a text only repeats itself; undefined when it does not. */
function repetitiveBecause(text: string, mediaType: string): string | undefined {
  const bytes = Buffer.from(text);
  if (bytes.length >= 300) {
    const share = packedShare(bytes);
    // Ordinary prose packs to 35-60 % of its size; long tables and code still stay above a tenth.
    if (share < 0.12) return `The text packs to ${Math.round(share * 100)} % of its size: it repeats itself.`;
  }
  const passages = passagesOf(text, mediaType === "application/jsonl" ? "text/plain" : mediaType)
    .map((passage) => wordsOf(passage).join(" "))
    .filter((passage) => passage.length >= 20);
  const different = new Set(passages).size;
  if (passages.length >= 6 && different * 2 < passages.length) {
    return `Only ${different} of its ${passages.length} passages are different.`;
  }
  return undefined;
}

function packedShare(bytes: Buffer): number {
  let packed = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    packed += deflateRawSync(bytes.subarray(at, at + PIECE_BYTES)).length;
  }
  return packed / bytes.length;
}
