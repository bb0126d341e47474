/** A part of a text, marked or not. */
export type Piece = { from: number; piece: string; isMarked: boolean };

/** From and to, in UTF-16 code units as JavaScript counts. */
export type Range = readonly [from: number, to: number];

/** Where the words of a span stand in a text that may have other spaces between them. */
export function rangeOf(text: string, from: number, words: string): Range {
  let missing = words.replace(/\s/g, "").length;
  let to = from;
  while (missing > 0 && to < text.length) if (/\S/.test(text.charAt(to++))) missing--;
  return [from, to];
}

/** Cut a text at ranges; they may overlap, touch, or lie outside of it. */
export function piecesOf(text: string, ranges: readonly Range[]): Piece[] {
  const isMarked = new Array<boolean>(text.length).fill(false);
  for (const [from, to] of ranges) isMarked.fill(true, Math.max(0, from), Math.max(0, to));
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; at++) {
    const last = pieces.at(-1);
    if (last !== undefined && last.isMarked === isMarked[at]) last.piece += text.charAt(at);
    else pieces.push({ from: at, piece: text.charAt(at), isMarked: isMarked[at] === true });
  }
  return pieces;
}

/** A part of a long text with its first range in it, and the ranges as they lie in that part. */
export function excerptOf(
  text: string,
  ranges: readonly Range[],
  longest: number,
): { text: string; ranges: Range[] } {
  if (text.length <= longest) return { text, ranges: [...ranges] };
  const first = Math.min(text.length, ...ranges.map(([from]) => from));
  // Some words before what is marked tell where it stands.
  const wanted = ranges.length === 0 ? 0 : Math.max(0, Math.min(first - longest / 4, text.length - longest));
  const from = wanted === 0 ? 0 : text.indexOf(" ", wanted) + 1 || Math.floor(wanted);
  const to = from + longest;
  const [before, after] = [from > 0 ? "… " : "", to < text.length ? " …" : ""];
  return {
    text: before + text.slice(from, to) + after,
    ranges: ranges
      .filter(([start]) => start < to)
      .map(([start, end]) => [start - from + before.length, Math.min(end, to) - from + before.length]),
  };
}
