import type { Generated } from "../chatEngine.ts";

/** What is the same in every part of one completion. */
export interface CompletionHead {
  id: string;
  /** Unix seconds. */
  created: number;
  model: string;
  system_fingerprint: string;
}

/** Tokens of question and answer, as the OpenAI API counts them. */
export function usageOf({ promptTokens, tokens }: Generated) {
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
}

/** A completion that is given at once. */
export function completionOf(head: CompletionHead, generated: Generated, openledger: object) {
  return {
    ...head,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: generated.text, refusal: null },
        logprobs: null,
        finish_reason: generated.finishReason,
      },
    ],
    usage: usageOf(generated),
    openledger,
  };
}

/** A part of a completion that is streamed. */
export function chunkOf(
  head: CompletionHead,
  delta: { role?: "assistant"; content?: string },
  finishReason: Generated["finishReason"] | null = null,
) {
  return {
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  };
}
