import { type FormEvent, useState } from "react";
import type { Release } from "../data/releases.ts";
import { Failure } from "./Failure.tsx";
import { Icon } from "./Icon.tsx";
import { useAnswer } from "./useAnswer.ts";

const LONGEST_QUESTION = 2_000;

/** A question and its two answers. */
export function Talk({ release }: { release: Release }) {
  const [question, setQuestion] = useState("");
  const [temperature, setTemperature] = useState(0.7);
  const { answer, asked, busy, error, start, stop } = useAnswer();

  const request = (text: string, seed: number) =>
    void start({ release: release.id, question: text, maxTokens: 96, temperature, seed });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (question.trim()) request(question.trim(), 1);
  }

  return (
    <section className="stack" aria-label="Question and answers">
      <form className="sheet stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor="question">Your question</label>
          <textarea
            id="question"
            className="input"
            rows={3}
            maxLength={LONGEST_QUESTION}
            value={question}
            data-testid="question"
            onChange={(event) => setQuestion(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
            }}
          />
          <p className="field-hint">Enter asks, Shift and Enter makes a new line.</p>
        </div>
        <div className="row row-between">
          <div className="row">
            <button
              type="submit"
              className="button button-main"
              disabled={busy || !question.trim()}
              data-testid="ask"
            >
              Ask both
            </button>
            {busy && (
              <button type="button" className="button" onClick={stop}>
                <Icon name="stop" />
                Stop
              </button>
            )}
            {asked && !busy && (
              <button
                type="button"
                className="button"
                onClick={() => request(asked.question, asked.seed + 1)}
              >
                <Icon name="retry" />
                {asked.temperature === 0 ? "Ask again" : "Another answer"}
              </button>
            )}
          </div>
          <label className="row small">
            Variety
            <input
              type="range"
              min={0}
              max={1.2}
              step={0.1}
              value={temperature}
              onChange={(event) => setTemperature(Number(event.target.value))}
            />
            <span className="variety">{temperature === 0 ? "none" : temperature.toFixed(1)}</span>
          </label>
        </div>
      </form>
      {asked && (
        <>
          <p className="asked">{asked.question}</p>
          <div className="two-columns">
            <AnswerPane
              side="base"
              title={`Base: ${release.base?.name ?? "unknown"}`}
              text={answer.base}
              busy={busy && !answer.done}
            />
            <AnswerPane
              side="tuned"
              title={`Tuned: release ${release.id}`}
              text={answer.tuned}
              busy={busy && !answer.done}
            />
          </div>
        </>
      )}
      {error !== undefined && asked && (
        <Failure error={error} onRetry={() => request(asked.question, asked.seed)} retryLabel="Ask again" />
      )}
    </section>
  );
}

type AnswerPaneProps = { side: "base" | "tuned"; title: string; text: string; busy: boolean };

function AnswerPane({ side, title, text, busy }: AnswerPaneProps) {
  return (
    <article className={`sheet stack-tight answer answer-${side}`} aria-busy={busy}>
      <h3 className="row">
        {title}
        {busy && <Icon name="spin" />}
      </h3>
      <p className="answer-text" data-testid={`answer-${side}`} aria-live="polite">
        {text.trim() || <span className="soft">{busy ? "Thinks…" : "No words came."}</span>}
      </p>
    </article>
  );
}
