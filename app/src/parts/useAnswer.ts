import { useEffect, useRef, useState } from "react";
import { type Answer, ask, EMPTY_ANSWER, type Question } from "../data/answers.ts";

/** An answer being streamed, with a way to stop it. */
export function useAnswer() {
  const [answer, setAnswer] = useState<Answer>(EMPTY_ANSWER);
  const [asked, setAsked] = useState<Question>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const controller = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  async function start(question: Question) {
    controller.current?.abort();
    const current = new AbortController();
    controller.current = current;
    setAsked(question);
    setAnswer(EMPTY_ANSWER);
    setError(undefined);
    setBusy(true);
    try {
      for await (const next of ask(question, current.signal)) {
        if (!current.signal.aborted) setAnswer(next);
      }
    } catch (fault) {
      if (!current.signal.aborted) setError(fault);
    } finally {
      if (controller.current === current) setBusy(false);
    }
  }

  function stop() {
    controller.current?.abort();
    setBusy(false);
  }

  return { answer, asked, busy, error, start, stop };
}
