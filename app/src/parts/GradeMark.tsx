import { Icon } from "./Icon.tsx";

const NAMES = ["Rejected", "Fair", "Good", "Excellent"] as const;

/** A grade in a word; a file without one is being judged. */
export function GradeMark({ grade }: { grade: number | null | undefined }) {
  if (grade === null || grade === undefined) {
    return (
      <span className="mark" data-testid="grade" data-grade="none">
        <Icon name="clock" />
        Being judged
      </span>
    );
  }
  const tone = grade === 0 ? "mark-bad" : "mark-good";
  return (
    <span className={`mark ${tone}`} data-testid="grade" data-grade={grade}>
      <Icon name={grade === 0 ? "cross" : "check"} />
      {NAMES[grade] ?? `Grade ${grade}`}
    </span>
  );
}
