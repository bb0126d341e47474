/** A part of a text, marked or not. */
export type Piece = { from: number; piece: string; isMarked: boolean };

/** Cut a text at spans of characters; spans may overlap, touch, or lie outside of it. */
export function piecesOf(text: string, spans: readonly (readonly [number, number])[]): Piece[] {
  // Spans count characters as Unicode does, and not the halves in which JavaScript keeps the rare ones.
  const characters = [...text];
  const isMarked = new Array<boolean>(characters.length).fill(false);
  for (const [from, to] of spans) isMarked.fill(true, Math.max(0, from), Math.max(0, to));
  const pieces: Piece[] = [];
  for (const [at, character] of characters.entries()) {
    const last = pieces.at(-1);
    if (last !== undefined && last.isMarked === isMarked[at]) last.piece += character;
    else pieces.push({ from: at, piece: character, isMarked: isMarked[at] === true });
  }
  return pieces;
}
