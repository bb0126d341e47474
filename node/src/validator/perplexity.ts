import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { Hex } from "viem";
import { z } from "zod";
import type { PythonWorker } from "../worker/pythonWorker.ts";
import { pythonConfig } from "../worker/workerConfig.ts";
import { type Judgements, PERPLEXITY } from "./judgements.ts";

/** The settings of a validator that also measures perplexity. */
export const perplexityConfig = {
  PERPLEXITY_BASE: z
    .string()
    .min(1)
    .transform((folder) => resolve(folder))
    .refine(
      (folder) => existsSync(join(folder, "config.json")),
      "is no folder of a base model: it has no config.json",
    )
    .optional()
    .describe("Folder of a base model under which the perplexity of texts is recorded; it changes no grade"),
  ...pythonConfig,
} satisfies z.ZodRawShape;

/** Enough characters for the tokens that are measured, in most languages. */
export const EXCERPT_CHARACTERS = 8_000;
const MEASURED_TOKENS = 1_024;
/** The first measurement loads the model as well. */
const LIMIT_MILLISECONDS = 120_000;
/** Excerpts that wait; what comes beyond them is not measured. */
const MOST_WAITING = 500;

/** What measuring takes. */
export interface PerplexityParts {
  worker: Pick<PythonWorker, "request" | "pid">;
  /** The base's folder. */
  base: string;
  judgements: Pick<Judgements, "savePerplexity">;
  /** Told of every finding: the vote may have been decided meanwhile. */
  found?: (root: Hex, index: number, finding: { check: string; why: string }) => void;
  log: Logger;
  signal: AbortSignal;
  /** How long one text may take. */
  limitMilliseconds?: number;
}

interface Measured {
  natsPerByte: number;
  perplexity: number;
  tokens: number;
  bytes: number;
  base: string;
}

/**
 * Measures how well a base model foresees texts, one after the other in the background. It is for the record of why only:
 * nothing waits for it, no grade depends on it, and a text that cannot be measured has no such finding.
 */
export class PerplexityMeter {
  readonly #parts: PerplexityParts;
  readonly #queue = new PQueue({ concurrency: 1 });

  constructor(parts: PerplexityParts) {
    this.#parts = parts;
    parts.signal.addEventListener("abort", () => this.#queue.clear(), { once: true });
  }

  /** Measure a file's text when its turn comes. @param excerpt The beginning of what a person wrote. */
  add(root: Hex, index: number, excerpt: string): void {
    const { log, signal } = this.#parts;
    if (signal.aborted) return;
    if (this.#queue.size >= MOST_WAITING) {
      log.debug({ root, index, waiting: this.#queue.size }, "perplexity not measured: too many texts wait");
      return;
    }
    void this.#queue.add(() => this.#measure(root, index, excerpt));
  }

  /** Wait until nothing is under way. */
  idle(): Promise<void> {
    return this.#queue.onIdle();
  }

  async #measure(root: Hex, index: number, text: string): Promise<void> {
    const { base, found, judgements, log, signal, worker } = this.#parts;
    try {
      const params = { base, text, maxTokens: MEASURED_TOKENS };
      const measured = await this.#withinLimit(worker.request<Measured>("perplexity", params));
      if (signal.aborted) return;
      const why = sentenceOf(measured);
      judgements.savePerplexity(root, index, why);
      found?.(root, index, { check: PERPLEXITY, why });
    } catch (error) {
      if (!signal.aborted) log.warn({ root, index, err: error }, "perplexity not measured");
    }
  }

  /** What takes too long is ended with its process; the next text starts another. */
  async #withinLimit(answer: Promise<Measured>): Promise<Measured> {
    const { limitMilliseconds = LIMIT_MILLISECONDS, worker } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`It took longer than ${limitMilliseconds / 1000} seconds.`));
        if (worker.pid !== undefined) process.kill(worker.pid, "SIGKILL");
      }, limitMilliseconds);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function sentenceOf({ natsPerByte, perplexity, tokens, bytes, base }: Measured): string {
  const shown = perplexity.toPrecision(3);
  return `${natsPerByte.toFixed(2)} nats a byte over its first ${tokens} tokens (${bytes} bytes) under ${base}, perplexity ${Number(shown)} a token; for the record only`;
}
