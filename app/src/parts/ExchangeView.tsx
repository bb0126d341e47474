import { Problem } from "@openledger/sdk/problem";
import { type Exchange, messagesFor } from "../data/conversation.ts";
import type { Release } from "../data/releases.ts";
import { ApiKeyField } from "./ApiKeyField.tsx";
import { Failure } from "./Failure.tsx";
import { Icon } from "./Icon.tsx";
import { ReplyPane } from "./ReplyPane.tsx";
import { ShapingData } from "./ShapingData.tsx";

type ExchangeViewProps = {
  exchange: Exchange;
  /** What was said before it. */
  before: readonly Exchange[];
  release: Release;
  apiKey: string;
  onApiKey: (key: string) => void;
  /** Asks it anew with a seed, or with another one; missing where that is not possible now. */
  onAgain: ((seed: number | undefined) => void) | undefined;
};

/** A question and the answers to it, with what gave them. */
export function ExchangeView({ exchange, before, release, apiKey, onApiKey, onAgain }: ExchangeViewProps) {
  const { question, replies } = exchange;
  const { base, tuned } = replies;
  const error = tuned?.error ?? base?.error;
  const needsKey = error instanceof Problem && error.code === "invalid_api_key";
  const seed = (tuned ?? base)?.provenance?.seed;
  const isOver = Object.values(replies).every(({ state }) => state !== "writing");
  return (
    <article className="stack" aria-label={question.slice(0, 80)}>
      <h2 className="asked">{question}</h2>
      <div className={base && tuned ? "two-columns" : ""}>
        {base && <ReplyPane side="base" title={`Base: ${release.base?.name ?? "unknown"}`} reply={base} />}
        {tuned && (
          <ReplyPane side="tuned" title={`Release ${release.id}`} reply={tuned}>
            {tuned.state === "done" && tuned.text.trim() !== "" && (
              <ShapingData
                // Another answer has another origin.
                key={tuned.provenance?.usageRecord ?? tuned.text}
                release={release.id}
                datanets={tuned.provenance?.datasets.map(({ datanet }) => datanet) ?? []}
                messages={messagesFor("tuned", before, question)}
                answer={tuned.text}
                apiKey={apiKey}
              />
            )}
          </ReplyPane>
        )}
      </div>
      {isOver && needsKey && <ApiKeyField apiKey={apiKey} onApiKey={onApiKey} />}
      {isOver && error !== undefined && (
        <Failure error={error} onRetry={onAgain && (() => onAgain(seed))} retryLabel="Ask again" />
      )}
      {isOver && error === undefined && onAgain && (
        <div className="row">
          <button type="button" className="button button-small" onClick={() => onAgain(undefined)}>
            <Icon name="retry" />
            Another answer
          </button>
          {seed !== undefined && (
            <button type="button" className="button button-small" onClick={() => onAgain(seed)}>
              <Icon name="retry" />
              The same seed again
            </button>
          )}
        </div>
      )}
    </article>
  );
}
