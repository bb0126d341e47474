import { Problem } from "@openledger/sdk/problem";
import { explainAnswer, fetchAnswer } from "./gateway.ts";
import { readEvents, type ServerEvent } from "./sse.ts";

/** A question to a release. */
export type Question = {
  release: number;
  question: string;
  maxTokens: number;
  temperature: number;
  seed: number;
};

/** Both sides of an answer, as far as they have come. */
export type Answer = { base: string; tuned: string; done: boolean; adapterDigest?: string };

/** Nothing said yet. */
export const EMPTY_ANSWER: Answer = { base: "", tuned: "", done: false };

/**
 * Take in one event of a stream of answers.
 *
 * @throws {Problem} when the event tells of a failure.
 */
export function withAnswerEvent(answer: Answer, { event, data }: ServerEvent): Answer {
  if (event === "error") throw explainAnswer(500, data);
  if (event !== "token" && event !== "done") return answer;
  const facts = JSON.parse(data) as Record<string, unknown>;
  if (event === "token") {
    const text = typeof facts.text === "string" ? facts.text : "";
    if (facts.side === "base") return { ...answer, base: answer.base + text };
    if (facts.side === "tuned") return { ...answer, tuned: answer.tuned + text };
    return answer;
  }
  return {
    base: finalText(facts.base) ?? answer.base,
    tuned: finalText(facts.tuned) ?? answer.tuned,
    done: true,
    ...(typeof facts.adapterDigest === "string" ? { adapterDigest: facts.adapterDigest } : {}),
  };
}

/** Ask a release and its base; every event gives a new picture of both answers. */
export async function* ask(question: Question, signal: AbortSignal): AsyncGenerator<Answer> {
  const response = await fetchAnswer("/chat/v1/answers", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(question),
    signal,
  });
  let answer = EMPTY_ANSWER;
  for await (const event of readEvents(response)) {
    answer = withAnswerEvent(answer, event);
    yield answer;
  }
  if (!answer.done) {
    throw new Problem(
      "cut",
      "The answer broke off before its end.",
      "Ask again; the chat service may have restarted.",
    );
  }
}

/** The last event repeats the whole text, either plainly or with its token count. */
function finalText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const text = (value as { text?: unknown } | null | undefined)?.text;
  return typeof text === "string" ? text : undefined;
}
