import { excerptOf, piecesOf, rangeOf } from "../text/spans.ts";

const LONGEST = 480;

type SpannedTextProps = { text: string; spans: readonly { text: string; example: number }[] };

/** A record, cut to what matters, in which what stands word for word in an answer is marked. */
export function SpannedText({ text, spans }: SpannedTextProps) {
  const ranges = spans.map((span) => rangeOf(text, span.example, span.text));
  const excerpt = excerptOf(text, ranges, LONGEST);
  return (
    <>
      {piecesOf(excerpt.text, excerpt.ranges).map(({ from, piece, isMarked }) =>
        isMarked ? <mark key={from}>{piece}</mark> : <span key={from}>{piece}</span>,
      )}
    </>
  );
}
