import type { JobProgress } from "../data/jobProgress.ts";
import { countOf, formatCount } from "../text/measures.ts";

/** What happened in a run beside its steps: an early stop, too little memory, files without examples, its end. */
export function RunNotices({ progress }: { progress: JobProgress }) {
  const { stopped, halvings, skipped, error } = progress;
  return (
    <>
      {error !== undefined && (
        <div className="notice notice-bad" data-testid="run-end">
          <p>
            <strong>This run ended without a result.</strong> {error}
          </p>
        </div>
      )}
      {stopped?.reason === "diverged" && (
        <div className="notice notice-warn">
          <p>
            <strong>The loss was no number any more after step {formatCount(stopped.step)}.</strong> Training
            ended there; the adapter of step {formatCount(stopped.bestStep)} is kept. A lower learning rate
            usually helps.
          </p>
        </div>
      )}
      {stopped?.reason === "early-stop" && (
        <div className="notice notice-good">
          <p>
            <strong>Stopped early at step {formatCount(stopped.step)}.</strong> The held-out loss no longer
            fell; the adapter of step {formatCount(stopped.bestStep)}, the best, is kept.
          </p>
        </div>
      )}
      {halvings.length > 0 && (
        <div className="notice notice-warn">
          <p>
            <strong>Memory was short.</strong> The trainer now takes{" "}
            {countOf(halvings.at(-1) ?? 1, "example")} at once and accumulates more of them, so that a step
            learns from as many as before.
          </p>
        </div>
      )}
      {skipped.length > 0 && (
        <details className="notice notice-warn">
          <summary>{countOf(skipped.length, "file")} gave no example to learn from</summary>
          <ul className="plain-list small">
            {skipped.slice(0, 50).map(({ sha256, reason }) => (
              <li key={sha256}>
                <code className="whole-hash">{sha256}</code>: {reason}
              </li>
            ))}
            {skipped.length > 50 && <li>and {formatCount(skipped.length - 50)} more</li>}
          </ul>
        </details>
      )}
    </>
  );
}
