import { piecesOf } from "../text/spans.ts";

/** A text in which what stands word for word in an answer is marked. */
export function SpannedText({
  text,
  spans,
}: {
  text: string;
  spans: readonly (readonly [number, number])[];
}) {
  return (
    <>
      {piecesOf(text, spans).map(({ from, piece, isMarked }) =>
        isMarked ? <mark key={from}>{piece}</mark> : <span key={from}>{piece}</span>,
      )}
    </>
  );
}
