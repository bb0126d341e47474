import { eld } from "eld/small";

/** Shorter pieces are told badly. */
const LEAST_LETTERS = 40;
/** Enough of a text to tell its languages. */
const MOST_PIECES = 60;
const KNOWN_BY_CHARACTERS = 3_000;
const LETTER = /\p{L}/gu;
const PIECE = /[^.!?।。؟!?\n]+[.!?।。؟!?]*/gu;
const names = new Intl.DisplayNames("en", { type: "language" });

/** The English names of the languages that are told, by code. */
export const LANGUAGE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(eld.info().Languages).map((code) => [code, names.of(code) ?? code]),
);

/** The language of each longer sentence of the beginning of a text; undefined where it cannot be told. */
export function languagesOf(text: string): (string | undefined)[] {
  return piecesOf(text).map((piece) => {
    const found = eld.detect(piece);
    return found.isReliable() ? found.language : undefined;
  });
}

/** Whether the beginning of a text is in a language that is told for certain. */
export function isKnownLanguage(text: string): boolean {
  return eld.detect(text.slice(0, KNOWN_BY_CHARACTERS)).isReliable();
}

/** Sentences; short ones, as the lines of verse, are joined. */
export function piecesOf(text: string): string[] {
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
