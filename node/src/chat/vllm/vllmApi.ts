import { ApiRefusal } from "../openai/apiRefusal.ts";

/** vLLM answers a short question about itself within this time, loading an adapter within the longer one. */
const SHORT_MS = 10_000;
const LOADING_MS = 120_000;
/** A line of a stream is one token's chunk; one that goes on for so long is no stream of vLLM's. */
const LONGEST_LINE = 1_000_000;

/** A model as vLLM lists it; adapters name the model that they are on. */
export interface VllmModel {
  id: string;
  created: number;
  parent: string | null;
}

/** What vLLM refused: its status, and its sentence. */
export class VllmRefusal extends Error {
  override readonly name = "VllmRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The part of vLLM's API that a chat server uses. */
export class VllmApi {
  readonly #url: string;
  readonly #silenceMs: number;
  readonly #headers: Record<string, string>;

  /** @param silenceMs After so long without a word of an answer the server is taken as gone. */
  constructor(url: string, apiKey: string | undefined, silenceMs: number) {
    this.#url = url;
    this.#silenceMs = silenceMs;
    this.#headers = {
      "content-type": "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
  }

  /** GET /v1/models */
  async models(): Promise<VllmModel[]> {
    const { data } = (await this.#read("/v1/models")) as { data?: Partial<VllmModel>[] };
    return (data ?? []).map(({ id = "", created = 0, parent = null }) => ({ id, created, parent }));
  }

  /** GET /version */
  async version(): Promise<string> {
    return String(((await this.#read("/version")) as { version?: unknown }).version ?? "unknown");
  }

  /** POST /v1/load_lora_adapter; one that vLLM has under that name already is no error. */
  async loadAdapter(name: string, path: string): Promise<void> {
    try {
      await this.#post(
        "/v1/load_lora_adapter",
        { lora_name: name, lora_path: path },
        AbortSignal.timeout(LOADING_MS),
      );
    } catch (error) {
      if (error instanceof VllmRefusal && /already been loaded/.test(error.message)) return;
      throw error;
    }
  }

  /** POST /v1/unload_lora_adapter; one that vLLM does not have is no error. */
  async unloadAdapter(name: string): Promise<void> {
    try {
      await this.#post("/v1/unload_lora_adapter", { lora_name: name }, AbortSignal.timeout(SHORT_MS));
    } catch (error) {
      if (error instanceof VllmRefusal && error.status === 404) return;
      throw error;
    }
  }

  /** POST /v1/chat/completions, streamed: the data of its events, until [DONE]. */
  async *complete(
    body: Record<string, unknown>,
    signal: AbortSignal,
  ): AsyncGenerator<Record<string, unknown>> {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), this.#silenceMs);
    let rest = "";
    try {
      const ends = AbortSignal.any([signal, silent.signal]);
      const response = await this.#post("/v1/chat/completions", body, ends);
      if (response.body === null) return;
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        timer.refresh();
        const lines = (rest + piece).split(/\r?\n/);
        rest = lines.pop() ?? "";
        if (rest.length > LONGEST_LINE) throw new Error(`a line has more than ${LONGEST_LINE} characters.`);
        for (const line of lines) {
          if (!line.startsWith("data:")) continue;
          const data = line.slice("data:".length).trim();
          if (data === "[DONE]") return;
          yield JSON.parse(data) as Record<string, unknown>;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (silent.signal.aborted) {
        throw ApiRefusal.ofServer(
          503,
          `The vLLM server said nothing for ${this.#silenceMs / 1000} s.`,
          "vllm-silent",
        );
      }
      if (error instanceof VllmRefusal || error instanceof ApiRefusal) throw error;
      throw ApiRefusal.ofServer(
        502,
        `The vLLM server broke off: ${(error as Error).message}`,
        "vllm-broke-off",
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(path: string): Promise<unknown> {
    const response = await this.#ask(path, { signal: AbortSignal.timeout(SHORT_MS) });
    try {
      return await response.json();
    } catch {
      throw ApiRefusal.ofServer(502, `What answers under VLLM_URL${path} is no vLLM server.`, "vllm-failed");
    }
  }

  async #post(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    return this.#ask(path, { method: "POST", body: JSON.stringify(body), signal });
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, { ...init, headers: this.#headers });
    } catch (error) {
      const { name } = error as Error;
      if (name === "AbortError") throw error;
      throw ApiRefusal.ofServer(503, "The vLLM server behind this one does not answer.", "vllm-unreachable");
    }
    if (response.ok) return response;
    throw new VllmRefusal(response.status, sentenceOf(await response.text().catch(() => "")));
  }
}

/** vLLM's sentence: inside `error`, or in older ones beside it. */
function sentenceOf(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: { message?: unknown }; message?: unknown; detail?: unknown };
    const sentence = body.error?.message ?? body.message ?? body.detail;
    if (typeof sentence === "string") return sentence;
  } catch {
    // No JSON: its text is all there is.
  }
  return text.slice(0, 300);
}
