import { readEvents } from "@openledger/sdk/eventStream";
import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";
import { explainAnswer, fetchAnswer } from "./gateway.ts";

/** One turn of a conversation, as a model is asked. */
export type Message = { role: "user" | "assistant"; content: string };

/** A request to a model of the chat server. */
export type CompletionRequest = {
  model: string;
  messages: Message[];
  temperature: number;
  maxTokens: number;
  seed: number;
};

/** What gave an answer, and the record of it. */
export type Provenance = {
  release: number | null;
  adapterDigest: Hex | null;
  baseDigest: Hex | null;
  datasets: { datanet: number; versionCount: number; versionHead: Hex }[];
  seed: number;
  usageRecord: Hex;
};

/** An answer, as far as it has come. */
export type Completion = {
  text: string;
  /** Why it ended; undefined while more may come. */
  finishReason: string | undefined;
  promptTokens: number | undefined;
  tokens: number | undefined;
  provenance: Provenance | undefined;
};

/** Nothing said yet. */
export const EMPTY_COMPLETION: Completion = {
  text: "",
  finishReason: undefined,
  promptTokens: undefined,
  tokens: undefined,
  provenance: undefined,
};

type Chunk = {
  choices?: { delta?: { content?: string }; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  openledger?: Provenance;
  error?: unknown;
};

/**
 * Take in one event of a streamed answer.
 *
 * @throws {Problem} when the event tells of a failure.
 */
export function withChunk(completion: Completion, data: string): Completion {
  if (data === "[DONE]") return completion;
  const { choices, usage, openledger, error } = JSON.parse(data) as Chunk;
  if (error !== undefined) throw explainAnswer(500, data);
  const [choice] = choices ?? [];
  return {
    text: completion.text + (choice?.delta?.content ?? ""),
    finishReason: choice?.finish_reason ?? completion.finishReason,
    promptTokens: usage?.prompt_tokens ?? completion.promptTokens,
    tokens: usage?.completion_tokens ?? completion.tokens,
    provenance: openledger ?? completion.provenance,
  };
}

/** Ask a model; every event gives a new picture of its answer. */
export async function* complete(
  request: CompletionRequest,
  apiKey: string,
  signal: AbortSignal,
): AsyncGenerator<Completion> {
  const { model, messages, temperature, maxTokens, seed } = request;
  const response = await fetchAnswer("/chat/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization(apiKey) },
    body: JSON.stringify({
      model,
      messages,
      temperature,
      max_tokens: maxTokens,
      seed,
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  let completion = EMPTY_COMPLETION;
  try {
    for await (const { data } of readEvents(response)) {
      completion = withChunk(completion, data);
      yield completion;
    }
  } catch (error) {
    // A browser says only "network error" of a connection that ends in the middle.
    throw signal.aborted || error instanceof Problem ? error : brokenOff(error);
  }
  if (completion.finishReason === undefined) throw brokenOff();
}

function brokenOff(cause?: unknown): Problem {
  return new Problem(
    "cut",
    "The answer broke off before its end.",
    "Ask again; the chat service may have restarted.",
    { cause },
  );
}

/** The header that carries an API key; none without one. */
export function authorization(apiKey: string): Record<string, string> {
  return apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
}
