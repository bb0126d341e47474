import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Release } from "../data/releases.ts";
import { DEFAULT_SETTINGS, seedOf, settingFaults } from "../data/talkSettings.ts";
import { formatCount } from "../text/measures.ts";
import { ExchangeView } from "./ExchangeView.tsx";
import { Icon } from "./Icon.tsx";
import { TalkSettingsFields } from "./TalkSettingsFields.tsx";
import { useApiKey } from "./useApiKey.ts";
import { type TalkChoices, useConversation } from "./useConversation.ts";

const LONGEST_QUESTION = 8_000;

/** A conversation with a release. */
export function Talk({ release }: { release: Release }) {
  const [question, setQuestion] = useState("");
  const [settings, setSettings] = useState(DEFAULT_SETTINGS);
  const [apiKey, setApiKey] = useApiKey();
  const { exchanges, isBusy, ask, again, stop, clear } = useConversation(release.id, release.base?.name);
  const faults = settingFaults(settings);
  const isLong = question.trim().length > LONGEST_QUESTION;
  const canAsk = !isBusy && Object.keys(faults).length === 0;
  const field = useRef<HTMLTextAreaElement>(null);
  const composer = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (exchanges.length > 0) composer.current?.scrollIntoView({ block: "nearest" });
  }, [exchanges.length]);
  useEffect(() => {
    if (!isBusy) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") stop();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });

  const choices = (seed: number): TalkChoices => ({
    temperature: settings.temperature,
    maxTokens: Number(settings.maxTokens),
    withBase: settings.withBase,
    seed,
    apiKey,
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const text = question.trim();
    if (text === "" || isLong || !canAsk) return;
    ask(text, choices(seedOf(settings)));
    setQuestion("");
    field.current?.focus();
  }

  return (
    <section className="stack" aria-label="Conversation">
      {exchanges.length > 0 && (
        <ol className="talk-log stack">
          {exchanges.map((exchange, index) => (
            <li key={exchange.id}>
              <ExchangeView
                exchange={exchange}
                before={exchanges.slice(0, index)}
                release={release}
                apiKey={apiKey}
                onApiKey={(key) => {
                  setApiKey(key);
                  again({ ...choices(seedOf(settings)), apiKey: key });
                }}
                // A turn can be had anew as long as nothing was said after it.
                onAgain={
                  index === exchanges.length - 1 && canAsk
                    ? (seed) => again(choices(seed ?? seedOf({ ...settings, seed: "" })))
                    : undefined
                }
              />
            </li>
          ))}
        </ol>
      )}
      <form className="sheet stack" onSubmit={submit} ref={composer}>
        <div className="field">
          <label htmlFor="question">{exchanges.length === 0 ? "Your question" : "Go on"}</label>
          <textarea
            id="question"
            ref={field}
            className="input"
            rows={3}
            value={question}
            data-testid="question"
            aria-invalid={isLong}
            aria-describedby={isLong ? "question-fault question-hint" : "question-hint"}
            onChange={(event) => setQuestion(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
            }}
          />
          {isLong && (
            <p className="field-fault" id="question-fault">
              The question has {formatCount(question.length)} characters; at most{" "}
              {formatCount(LONGEST_QUESTION)} can be asked here.
            </p>
          )}
          <p className="field-hint" id="question-hint">
            Enter asks, Shift and Enter makes a new line, Escape stops an answer.
          </p>
        </div>
        <div className="row row-between">
          <div className="row">
            <button
              type="submit"
              className="button button-main"
              disabled={!canAsk || isLong || question.trim() === ""}
              data-testid="ask"
            >
              {settings.withBase ? "Ask both" : "Ask"}
            </button>
            {isBusy && (
              <button type="button" className="button" onClick={stop} data-testid="stop">
                <Icon name="stop" />
                Stop
              </button>
            )}
            {exchanges.length > 0 && !isBusy && (
              <button type="button" className="button" onClick={clear}>
                Begin anew
              </button>
            )}
          </div>
          <label className="row small">
            <input
              type="checkbox"
              checked={settings.withBase}
              data-testid="with-base"
              onChange={(event) => setSettings({ ...settings, withBase: event.target.checked })}
            />
            The base answers beside it
          </label>
        </div>
        <TalkSettingsFields settings={settings} faults={faults} onSettings={setSettings} />
      </form>
    </section>
  );
}
