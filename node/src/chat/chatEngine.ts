import type { Dataset } from "@openledger/sdk/jobSpec";
import type { Hex } from "viem";

/** One turn of a conversation. */
export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

/** How an answer is drawn; the same numbers give the same answer. */
export interface Sampling {
  maxTokens: number;
  temperature: number;
  topP: number;
  seed: number;
  /** Texts before which the answer ends. */
  stop: readonly string[];
}

/** What can be asked: a release's adapter on its base, or a base alone. */
export interface ChatModel {
  /** The name in the API: `release-7`, or the base's own. */
  id: string;
  /** 0 for a base. */
  release: number;
  /** The model (ERC-721) of the release; 0 for a base. */
  model: number;
  base: ServableBase;
  /** The folder that PEFT loads, and sha256 of its weights; undefined for a base. */
  adapter: { path: string; digest: Hex } | undefined;
  datasets: readonly Dataset[];
  /** Unix seconds since when it can be asked here. */
  created: number;
}

/** A base that an engine can answer with. */
export interface ServableBase {
  name: string;
  /** Undefined where the engine does not know whose weights it serves under that name. */
  baseDigest: Hex | undefined;
  /** Unix seconds. */
  created: number;
}

/** A whole answer. */
export interface Generated {
  text: string;
  promptTokens: number;
  tokens: number;
  finishReason: "stop" | "length";
}

/** Which data shaped an answer, as the worker's method `attribute` tells it. */
export type Attributed = Record<string, unknown>;

/** What turns messages into answers: the node's own worker, or a vLLM server. */
export interface ChatEngine {
  /** The bases that it has, by the names that releases call them. */
  bases(): Promise<readonly ServableBase[]>;

  /**
   * Answer a conversation.
   *
   * @param options.onText Told each piece of the answer as it comes; the pieces are the answer's text.
   * @param options.signal Aborting stops the work.
   * @throws ApiRefusal when the model or the messages cannot be answered.
   */
  generate(
    model: ChatModel,
    messages: readonly ChatMessage[],
    sampling: Sampling,
    options: { onText: (text: string) => void; signal: AbortSignal },
  ): Promise<Generated>;

  /** Which data shaped an answer; engines without the base's weights cannot tell. */
  attribute?(
    model: ChatModel,
    indexPath: string,
    messages: readonly ChatMessage[],
    answer: string,
    signal: AbortSignal,
  ): Promise<Attributed>;

  /** Names the software that answers: with another one the same seed may give another answer. */
  fingerprint(): Promise<string>;

  /** Get ready, so that the first question does not wait. */
  warm(): void;
  stop(): Promise<void>;
}
