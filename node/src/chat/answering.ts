import { answerDigest, questionDigest, type SignedUsageRecord } from "@openledger/sdk/usageRecord";
import { zeroHash } from "viem";
import { WorkerError } from "../worker/pythonWorker.ts";
import type { Asker, Askers } from "./askers.ts";
import type { ChatEngine, ChatMessage, ChatModel, Generated, Sampling } from "./chatEngine.ts";
import { ApiRefusal } from "./openai/apiRefusal.ts";
import type { Releases } from "./releases.ts";
import type { UsageLog } from "./usageLog.ts";

/** A question, ready to be answered. */
export interface Question {
  asker: Asker;
  model: ChatModel;
  messages: readonly ChatMessage[];
  sampling: Sampling;
}

/** An answer and the record of it. */
export interface Answered extends Generated {
  record: SignedUsageRecord;
}

/** Answers questions within what askers may ask, and records every answer before it is said to be whole. */
export class Answering {
  readonly #engine: ChatEngine;
  readonly #askers: Askers;
  readonly #usage: UsageLog;
  readonly #releases: Releases;
  readonly #mostAtOnce: number;
  readonly #underWay = new Set<Promise<Answered>>();
  readonly #underWayOf = new Map<string, number>();
  readonly #stopping = new AbortController();

  constructor(parts: {
    engine: ChatEngine;
    askers: Askers;
    usage: UsageLog;
    releases: Releases;
    mostAtOnce: number;
  }) {
    this.#engine = parts.engine;
    this.#releases = parts.releases;
    this.#askers = parts.askers;
    this.#usage = parts.usage;
    this.#mostAtOnce = parts.mostAtOnce;
  }

  /**
   * Answer a question. An asker who leaves an answer that is being streamed has had a part of it, which is recorded too.
   *
   * @param options.onText Told each piece as it comes; left out when the answer is given at once.
   * @throws ApiRefusal when there is no room for another answer, or the asker may not have one now; what the engine throws.
   */
  async answer(
    question: Question,
    options: { onText?: (text: string) => void; signal: AbortSignal },
  ): Promise<Answered> {
    const answered = this.#answer(question, options);
    this.#underWay.add(answered);
    try {
      return await answered;
    } finally {
      this.#underWay.delete(answered);
    }
  }

  /** Break off the answers under way, each with a sentence and a record of what was sent, and begin no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#underWay);
  }

  async #answer(
    question: Question,
    { onText, signal: left }: { onText?: (text: string) => void; signal: AbortSignal },
  ): Promise<Answered> {
    const { asker, model, messages, sampling } = question;
    if (this.#stopping.signal.aborted) throw stopped();
    if (this.#underWay.size >= this.#mostAtOnce) {
      throw new ApiRefusal(503, {
        type: "server_error",
        code: "busy",
        message: `${this.#underWay.size} answers are being given already. Ask again in a moment.`,
        headers: { "retry-after": "2" },
      });
    }
    const own = this.#underWayOf.get(asker.id) ?? 0;
    if (own >= Math.ceil(this.#mostAtOnce / 2)) {
      throw new ApiRefusal(429, {
        type: "rate_limit_error",
        code: "rate_limit_exceeded",
        message: `${own} of your questions are being answered already, which is half of what this server answers at once. Ask again in a moment.`,
        headers: { "retry-after": "2" },
      });
    }
    this.#askers.takeTokens(asker, sampling.maxTokens);
    this.#underWayOf.set(asker.id, own + 1);
    const signal = AbortSignal.any([left, this.#stopping.signal]);
    let taken = 0;
    let streamed = "";
    try {
      const generated = await this.#engine.generate(model, messages, sampling, {
        signal,
        onText: (text) => {
          taken++;
          if (signal.aborted) return;
          streamed += text;
          onText?.(text);
        },
      });
      taken = generated.promptTokens + generated.tokens;
      // What the engine held back until it knew that the answer ends here.
      if (generated.text.startsWith(streamed) && generated.text !== streamed) {
        onText?.(generated.text.slice(streamed.length));
      }
      return { ...generated, record: await this.#record(question, generated) };
    } catch (error) {
      if (signal.aborted && onText !== undefined && streamed !== "") {
        await this.#record(question, {
          text: streamed,
          promptTokens: 0,
          tokens: taken,
          finishReason: "cancelled",
        });
      }
      if (this.#stopping.signal.aborted) throw stopped();
      if (error instanceof WorkerError && error.code === "bad-adapter")
        this.#releases.fetchAgain(model.release);
      throw error;
    } finally {
      const left = (this.#underWayOf.get(asker.id) ?? 1) - 1;
      if (left === 0) this.#underWayOf.delete(asker.id);
      else this.#underWayOf.set(asker.id, left);
      this.#askers.settleTokens(asker, sampling.maxTokens, taken);
    }
  }

  #record(
    { asker, model, messages, sampling }: Question,
    given: Omit<Generated, "finishReason"> & { finishReason: Generated["finishReason"] | "cancelled" },
  ): Promise<SignedUsageRecord> {
    return this.#usage.add({
      user: asker.user,
      model: model.model,
      release: model.release,
      baseDigest: model.base.baseDigest ?? zeroHash,
      adapterDigest: model.adapter?.digest ?? zeroHash,
      datasets: model.datasets,
      promptTokens: given.promptTokens,
      completionTokens: given.tokens,
      questionDigest: questionDigest(messages),
      answerDigest: answerDigest(given.text),
      finishReason: given.finishReason,
      seed: sampling.seed,
    });
  }
}

function stopped(): ApiRefusal {
  return ApiRefusal.ofServer(503, "The server is stopping. Ask again in a moment.", "stopping");
}
