import type { Logger } from "pino";
import type { ChatEngine, ChatMessage, ChatModel, Generated, Sampling, ServableBase } from "../chatEngine.ts";
import { ApiRefusal } from "../openai/apiRefusal.ts";
import { isOwnAdapter, VllmAdapters } from "./vllmAdapters.ts";
import { VllmApi, VllmRefusal } from "./vllmApi.ts";

const LIST_MS = 5_000;

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
    pathOf: (path: string) => string;
    log: Logger;
  }) {
    this.#api = new VllmApi(parts.url, parts.apiKey);
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
      if (adapter === undefined) return this.#complete(base.name, messages, sampling, options);
      const ask = () =>
        this.#adapters.using(adapter.digest, this.#pathOf(adapter.path), (name) =>
          this.#complete(name, messages, sampling, options),
        );
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof VllmRefusal) || error.status !== 404) throw error;
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
    const body = {
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
      if (choice?.finish_reason) {
        isWhole = true;
        generated.finishReason = choice.finish_reason === "length" ? "length" : "stop";
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
    if (status === 400) throw ApiRefusal.ofParameter("messages", message);
    if (status === 401 || status === 403) {
      throw ApiRefusal.ofServer(
        500,
        "The vLLM server behind this one does not take VLLM_API_KEY.",
        "vllm-key",
      );
    }
    if (status === 404) {
      const hint = "Was vLLM started with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True?";
      throw ApiRefusal.ofServer(502, `The vLLM server behind this one: ${message} ${hint}`, "vllm-refused");
    }
    if (status === 429 || status === 503)
      throw ApiRefusal.ofServer(503, `The vLLM server is busy: ${message}`, "busy");
    throw ApiRefusal.ofServer(502, `The vLLM server behind this one failed: ${message}`, "vllm-failed");
  }
}
