import { eld } from "eld/small";

/** Shorter pieces are told badly. */
const LEAST_LETTERS = 40;
/** Enough of a text to tell its languages. */
const MOST_PIECES = 24;
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

/** The languages of the longer sentences at the beginning of a text. */
export function languagesOf(text: string): ToldSentence[] {
  return piecesOf(text).map((sentence) => {
    const found = eld.detect(sentence);
    return { sentence, language: found.isReliable() ? found.language : undefined };
  });
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
