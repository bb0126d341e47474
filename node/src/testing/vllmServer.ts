import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What vLLM reads of a request. */
interface Asked {
  model: string;
  messages: { role: string; content: string }[];
  max_tokens?: number;
  seed: number;
  stop: string[];
  stream: boolean;
  stream_options?: { include_usage?: boolean };
  lora_name: string;
  lora_path: string;
}

const BASE = "tiny";
const WORDS = 8;
const WINDOW = 1_000;

/**
 * Answers the part of vLLM's published API that chat servers use, with its status codes and sentences: models, loading
 * and unloading adapters, chat completions, version. The words depend on model, messages and seed.
 */
export class VllmServer {
  /** Every request in its order, as METHOD path and the adapter or model that it is about. */
  readonly requests: string[] = [];
  /** The bodies of completions. */
  readonly completions: Asked[] = [];
  /** The adapters that it knows, with their paths. */
  readonly adapters = new Map<string, string>();
  /** Called before a word is sent; while it waits, so does the reader. */
  beforeWord: (word: number) => void | Promise<void> = () => undefined;
  /** Its --max-lora-rank. */
  highestRank = 64;
  /** Adapters that left its memory by themselves, and that it cannot remove therefore. */
  readonly evicted = new Set<string>();
  /** How many answers were left by their reader before the end. */
  left = 0;
  readonly #apiKey: string | undefined;
  readonly #server: Server;

  private constructor(apiKey: string | undefined) {
    this.#apiKey = apiKey;
    this.#server = createServer(async (request, response) => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      const body = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
      await this.#answer(request, response, body as Asked);
    });
  }

  static async start(apiKey?: string): Promise<VllmServer> {
    const server = new VllmServer(apiKey);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forget every adapter, as a restart does. */
  restart(): void {
    this.adapters.clear();
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: Asked): Promise<unknown> {
    const path = request.url ?? "";
    this.requests.push(`${request.method} ${path} ${body.lora_name ?? body.model ?? ""}`.trim());
    if (this.#apiKey !== undefined && request.headers.authorization !== `Bearer ${this.#apiKey}`) {
      return json(response, 401, { error: "Unauthorized" });
    }
    if (path === "/version") return json(response, 200, { version: "0.11.0" });
    if (path === "/v1/models") {
      const card = {
        object: "model",
        created: 1_800_000_000,
        owned_by: "vllm",
        parent: null as string | null,
      };
      const adapters = [...this.adapters].map(([id, root]) => ({ ...card, id, root, parent: BASE }));
      return json(response, 200, { object: "list", data: [{ ...card, id: BASE, root: BASE }, ...adapters] });
    }
    if (path === "/v1/load_lora_adapter") return this.#load(response, body);
    if (path === "/v1/unload_lora_adapter") {
      if (this.evicted.has(body.lora_name)) {
        const message = `Failed to remove lora adapter '${body.lora_name}' from the engine.`;
        return refuse(response, 500, "InternalServerError", message);
      }
      if (!this.adapters.delete(body.lora_name)) {
        const message = `The lora adapter '${body.lora_name}' cannot be found.`;
        return refuse(response, 404, "NotFoundError", message);
      }
      return text(response, `Success: LoRA adapter '${body.lora_name}' removed successfully.`);
    }
    if (path === "/v1/chat/completions") return this.#complete(response, body);
    return json(response, 404, { detail: "Not Found" });
  }

  #load(response: ServerResponse, { lora_name: name, lora_path: path }: Asked): unknown {
    if (this.adapters.has(name)) {
      const message = `The lora adapter '${name}' has already been loaded. If you want to load the adapter in place, set 'load_inplace' to True.`;
      return refuse(response, 400, "InvalidUserInput", message);
    }
    if (this.highestRank < 1) {
      return refuse(response, 500, "InternalServerError", "LoRA rank 8 is greater than max_lora_rank 0.");
    }
    if (!existsSync(path)) {
      return refuse(
        response,
        404,
        "NotFoundError",
        `Loading lora ${name} failed: No adapter found for ${path}`,
      );
    }
    this.adapters.set(name, path);
    return text(response, `Success: LoRA adapter '${name}' added successfully.`);
  }

  async #complete(response: ServerResponse, asked: Asked): Promise<unknown> {
    this.completions.push(asked);
    if (asked.model !== BASE && !this.adapters.has(asked.model)) {
      return refuse(response, 404, "NotFoundError", `The model \`${asked.model}\` does not exist.`, "model");
    }
    const given = asked.messages.map(({ content }) => content).join(" ");
    const promptTokens = given.split(/\s+/).length;
    const wanted = asked.max_tokens ?? 0;
    if (promptTokens + wanted > WINDOW || promptTokens >= WINDOW) {
      const message = `This model's maximum context length is ${WINDOW} tokens. However, you requested ${wanted} output tokens and your prompt contains at least ${WINDOW - wanted + 1} input tokens, for a total of at least ${WINDOW + 1} tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=${promptTokens})`;
      return refuse(response, 400, "BadRequestError", message, "input_tokens");
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    let isLeft = false;
    response.once("close", () => {
      if (response.writableEnded) return;
      isLeft = true;
      this.left++;
    });
    const head = { id: "chatcmpl-vllm", object: "chat.completion.chunk", created: 1, model: asked.model };
    const send = (choice: object) =>
      response.write(`data: ${JSON.stringify({ ...head, choices: [{ index: 0, ...choice }] })}\n\n`);
    send({ delta: { role: "assistant", content: "" }, finish_reason: null });
    const length = Math.min(WORDS, asked.max_tokens ?? WINDOW);
    for (let word = 1; word <= length; word++) {
      await this.beforeWord(word);
      if (isLeft) return undefined;
      send({ delta: { content: ` ${asked.model.slice(-4)}-${asked.seed}-${word}` }, finish_reason: null });
    }
    send({ delta: {}, finish_reason: length < WORDS ? "length" : "stop" });
    if (asked.stream_options?.include_usage === true) {
      const usage = {
        prompt_tokens: promptTokens,
        completion_tokens: length,
        total_tokens: promptTokens + length,
      };
      response.write(`data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`);
    }
    return response.end("data: [DONE]\n\n");
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function text(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(body);
}

function refuse(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  param: string | null = null,
): void {
  json(response, status, { error: { message, type, param, code: status } });
}
