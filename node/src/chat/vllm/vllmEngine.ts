import type { Logger } from "pino";
import type { ChatEngine, ChatMessage, ChatModel, Generated, Sampling, ServableBase } from "../chatEngine.ts";
import { ApiRefusal } from "../openai/apiRefusal.ts";
import { isOwnAdapter, VllmAdapters } from "./vllmAdapters.ts";
import { VllmApi, VllmRefusal } from "./vllmApi.ts";

const LIST_MS = 5_000;
/** How vLLM's versions say that question and answer together are longer than the window. */
const TOO_LONG = /maximum (context|model) length/i;

/** What a chunk of vLLM's stream may hold. */
interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  error?: { message?: string; code?: number };
}

/**
 * Answers with a vLLM server: it holds the bases, and adapters are registered with it on demand. What it serves under a
 * base's name is its operator's word; the digests of adapters are checked here before it gets them.
 */
export class VllmEngine implements ChatEngine {
  readonly #api: VllmApi;
  readonly #adapters: VllmAdapters;
  readonly #pathOf: (path: string) => string;
  readonly #log: Logger;
  #listed: { at: number; bases: Promise<readonly ServableBase[]> } | undefined;

  /** @param parts.pathOf Where the vLLM server finds a folder of this one. */
  constructor(parts: {
    url: string;
    apiKey: string | undefined;
    mostAdapters: number;
    silenceMs: number;
    pathOf: (path: string) => string;
    log: Logger;
  }) {
    this.#api = new VllmApi(parts.url, parts.apiKey, parts.silenceMs);
    this.#adapters = new VllmAdapters(this.#api, parts.mostAdapters);
    this.#pathOf = parts.pathOf;
    this.#log = parts.log;
  }

  bases(): Promise<readonly ServableBase[]> {
    const now = Date.now();
    if (this.#listed === undefined || now - this.#listed.at > LIST_MS) {
      const bases = explained(async () =>
        (await this.#api.models())
          .filter(({ id, parent }) => parent === null && !isOwnAdapter(id))
          .map(({ id, created }) => ({ name: id, baseDigest: undefined, created })),
      );
      this.#listed = { at: now, bases };
      bases.catch(() => {
        this.#listed = undefined;
      });
    }
    return this.#listed.bases;
  }

  generate(
    model: ChatModel,
    messages: readonly ChatMessage[],
    sampling: Sampling,
    options: { onText: (text: string) => void; signal: AbortSignal },
  ): Promise<Generated> {
    const { adapter, base } = model;
    return explained(async () => {
      let hasBegun = false;
      const onText = (text: string) => {
        hasBegun = true;
        options.onText(text);
      };
      const complete = (name: string) => this.#complete(name, messages, sampling, { ...options, onText });
      if (adapter === undefined) return complete(base.name);
      const ask = () => this.#adapters.using(adapter.digest, this.#pathOf(adapter.path), complete);
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof VllmRefusal) || error.status !== 404 || hasBegun) throw error;
        // Refused before its first word: it forgot the adapter, and is told of it again.
        this.#log.info({ model: model.id }, "vLLM forgot an adapter");
        this.#adapters.forget(adapter.digest);
        return ask();
      }
    });
  }

  async fingerprint(): Promise<string> {
    return `vllm ${await explained(() => this.#api.version())}`;
  }

  warm(): void {
    this.bases().catch((error: Error) =>
      this.#log.warn({ reason: error.message }, "vLLM does not answer yet"),
    );
  }

  async stop(): Promise<void> {}

  async #complete(
    name: string,
    messages: readonly ChatMessage[],
    sampling: Sampling,
    { onText, signal }: { onText: (text: string) => void; signal: AbortSignal },
  ): Promise<Generated> {
    const body: Record<string, unknown> = {
      model: name,
      messages,
      max_tokens: sampling.maxTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      seed: sampling.seed,
      stop: sampling.stop,
      stream: true,
      stream_options: { include_usage: true },
    };
    try {
      return await this.#gather(body, onText, signal);
    } catch (error) {
      if (!(error instanceof VllmRefusal) || error.status !== 400 || !TOO_LONG.test(error.message))
        throw error;
      // The question alone may fit: without a length of its own the answer gets what the window leaves, which is less.
      const { max_tokens: _, ...shorter } = body;
      return this.#gather(shorter, onText, signal);
    }
  }

  async #gather(
    body: Record<string, unknown>,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Generated> {
    const generated: Generated = { text: "", promptTokens: 0, tokens: 0, finishReason: "stop" };
    let isWhole = false;
    for await (const chunk of this.#api.complete(body, signal) as AsyncGenerator<Chunk>) {
      if (chunk.error !== undefined) {
        throw new VllmRefusal(chunk.error.code ?? 500, chunk.error.message ?? "It does not say why.");
      }
      const [choice] = chunk.choices ?? [];
      const text = choice?.delta?.content ?? "";
      if (text !== "") onText(text);
      generated.text += text;
      const reason = choice?.finish_reason;
      // Another one, such as "abort", is no end of the answer's own.
      if (reason === "length" || reason === "stop") {
        isWhole = true;
        generated.finishReason = reason;
      }
      if (chunk.usage) {
        generated.promptTokens = chunk.usage.prompt_tokens;
        generated.tokens = chunk.usage.completion_tokens;
      }
    }
    if (!isWhole)
      throw ApiRefusal.ofServer(
        502,
        "The vLLM server broke off in the middle of its answer.",
        "vllm-broke-off",
      );
    return generated;
  }
}

/** Do something whose refusals by vLLM become refusals of this server. */
async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VllmRefusal)) throw error;
    const { status, message } = error;
    if (status === 400) {
      const code = TOO_LONG.test(message) ? "context_length_exceeded" : "invalid_value";
      throw ApiRefusal.ofParameter("messages", message, code);
    }
    if (status === 401 || status === 403) {
      throw ApiRefusal.ofServer(
        500,
        "The vLLM server behind this one does not take VLLM_API_KEY.",
        "vllm-key",
      );
    }
    if (status === 429 || status === 503)
      throw ApiRefusal.ofServer(503, `The vLLM server is busy: ${message}`, "busy");
    throw ApiRefusal.ofServer(502, `The vLLM server behind this one failed: ${message}`, "vllm-failed");
  }
}
