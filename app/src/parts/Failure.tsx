import { explainError } from "@openledger/sdk/errors";
import { Icon } from "./Icon.tsx";

type FailureProps = { error: unknown; onRetry?: (() => void) | undefined; retryLabel?: string };

/** What went wrong, what to do, and a way on. */
export function Failure({ error, onRetry, retryLabel = "Try again" }: FailureProps) {
  const { sentence, next } = explainError(error);
  return (
    <div className="notice notice-bad" role="alert">
      <p>
        <strong>{sentence}</strong> {next}
      </p>
      {onRetry && (
        <button type="button" className="button button-small" onClick={onRetry}>
          <Icon name="retry" />
          {retryLabel}
        </button>
      )}
    </div>
  );
}
