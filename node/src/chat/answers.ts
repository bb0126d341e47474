import type { ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { PythonWorker } from "../worker/pythonWorker.ts";
import type { ReleaseFacts, ServedRelease } from "./releases.ts";

/** A question, checked and with every default filled in. */
export interface Question {
  question: string;
  maxTokens: number;
  temperature: number;
  seed: number;
}

/** More questions than this at once are turned away: each would wait for all before it. */
const MOST_WAITING = 8;
const KEEP_ALIVE_MS = 15_000;

/** Answers questions with a base and with its tuned model, token by token. */
export class Answers {
  readonly #worker: PythonWorker;
  readonly #log: Logger;
  #waiting = 0;

  constructor(worker: PythonWorker, log: Logger) {
    this.#worker = worker;
    this.#log = log;
  }

  get isFull(): boolean {
    return this.#waiting >= MOST_WAITING;
  }

  /** Stream both answers into `response`; a listener who leaves stops the work. */
  async stream(
    response: ServerResponse,
    served: ServedRelease & ReleaseFacts,
    asked: Question,
  ): Promise<void> {
    const left = new AbortController();
    response.once("close", () => left.abort());
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const tell = (event: string, data: unknown): void => {
      if (!response.writableEnded) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const timer = setInterval(() => response.write(":\n\n"), KEEP_ALIVE_MS);
    this.#waiting++;
    try {
      const base = await this.#answer("base", served, asked, tell, left.signal);
      const tuned = await this.#answer("tuned", served, asked, tell, left.signal);
      tell("done", { base, tuned, release: served.release, adapterDigest: served.attestation.adapterDigest });
    } catch (error) {
      if (!left.signal.aborted) {
        this.#log.warn({ release: served.release, err: error }, "question not answered");
        const { code = "worker-failed", next = "Ask again in a moment." } = error as {
          code?: string;
          next?: string;
        };
        tell("error", { code, sentence: (error as Error).message, next });
      }
    } finally {
      this.#waiting--;
      clearInterval(timer);
      response.end();
    }
  }

  async #answer(
    side: "base" | "tuned",
    served: ServedRelease,
    { question, ...sampling }: Question,
    tell: (event: string, data: unknown) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { text } = await this.#worker.request<{ text: string }>(
      "generate",
      {
        base: served.basePath,
        adapterPath: side === "base" ? null : served.adapterPath,
        prompt: question,
        ...sampling,
      },
      { signal, onEvent: (_event, data) => tell("token", { side, text: data.text }) },
    );
    return text;
  }
}
