/** Grey lines where something is being loaded. */
export function Waiting({ what, lines = 4 }: { what: string; lines?: number }) {
  return (
    <div className="stack-tight" role="status">
      <span className="hidden-visually">Loading {what}…</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={line} className="skeleton" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
