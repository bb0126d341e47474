import { eld } from "eld/small";

/** Shorter pieces are told badly. */
const LEAST_LETTERS = 40;
/** Enough of a text to tell its languages. */
const MOST_PIECES = 24;
/** When so many sentences, spread over all, are in one language, the others are not looked at. */
const ENOUGH = 6;
const KNOWN_BY_CHARACTERS = 3_000;
const LETTER = /\p{L}/gu;
const PIECE = /[^.!?।。؟!?\n]+[.!?।。؟!?]*/gu;
const names = new Intl.DisplayNames("en", { type: "language" });

/** The English names of the languages that are told, by code. */
export const LANGUAGE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(eld.info().Languages).map((code) => [code, names.of(code) ?? code]),
);

/** A sentence and its language; undefined where that cannot be told. */
export interface ToldSentence {
  sentence: string;
  language: string | undefined;
}

/** The languages of the longer sentences at the beginning of a text: of each, or of some where they are all the same. */
export function languagesOf(text: string): ToldSentence[] {
  const sentences = piecesOf(text);
  if (sentences.length < 2 * ENOUGH) return sentences.map(told);
  // The steps between them are uneven, so that languages in turns do not look like one.
  const few = Array.from({ length: ENOUGH }, (_, n) =>
    told(sentences[Math.floor((n * (sentences.length - 1)) / (ENOUGH - 1))] as string),
  );
  const isOne = few[0]?.language !== undefined && few.every(({ language }) => language === few[0]?.language);
  return isOne ? few : sentences.map(told);
}

function told(sentence: string): ToldSentence {
  const found = eld.detect(sentence);
  return { sentence, language: found.isReliable() ? found.language : undefined };
}

/** Whether the beginning of a text is in a language that is told for certain. */
export function isKnownLanguage(text: string): boolean {
  return eld.detect(text.slice(0, KNOWN_BY_CHARACTERS)).isReliable();
}

/** Sentences; short ones, as the lines of verse, are joined. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const [part] of text.matchAll(PIECE)) {
    piece += `${part} `;
    if (piece.length < LEAST_LETTERS || (piece.match(LETTER)?.length ?? 0) < LEAST_LETTERS) continue;
    pieces.push(piece);
    piece = "";
    if (pieces.length === MOST_PIECES) break;
  }
  return pieces;
}
