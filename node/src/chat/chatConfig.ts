import { z } from "zod";
import { httpUrl, secret } from "../config/config.ts";
import { contentUrlsConfig } from "../content/contentConfig.ts";
import { basesConfig } from "../worker/workerConfig.ts";

const count = (most: number) => z.coerce.number().int().min(1).max(most);

/** What the chat role reads from the environment, beside what every role does. */
export const chatConfig = {
  GATEWAY_URL: httpUrl().describe("Gateway from which adapters are read"),
  ...contentUrlsConfig,
  ...basesConfig,
  CHAT_DTYPE: z
    .enum(["float32", "bfloat16"])
    .optional()
    .describe(
      "What the worker computes answers with; by default bfloat16 on a GPU that has it, else float32",
    ),
  CHAT_KEYS: z
    .enum(["open", "required"])
    .optional()
    .describe("Whether askers need an API key; by default only where HOST is not this machine alone"),
  REQUESTS_PER_MINUTE: count(1_000_000)
    .default(60)
    .describe("Requests in a minute of one key, or of one address without a key"),
  TOKENS_PER_MINUTE: count(1_000_000_000)
    .default(60_000)
    .describe("Tokens in a minute of one key, or of one address without a key"),
  ANSWERS_AT_ONCE: count(1_000)
    .default(32)
    .describe("Answers that are given at the same time; more are turned away"),
  LONGEST_ANSWER_TOKENS: count(32_768).default(1_024).describe("Tokens of the longest answer"),
  ANSWER_TOKENS: count(32_768)
    .default(256)
    .describe("Tokens of the longest answer to a question that does not say how long"),
  VLLM_URL: httpUrl().optional().describe("A vLLM server that answers instead of the node's own worker"),
  VLLM_API_KEY: secret().optional().describe("The key with which that server was started"),
  VLLM_ADAPTERS: count(10_000)
    .default(32)
    .describe("Adapters that are registered with vLLM at once; its --max-cpu-loras"),
  // Node's fetch gives up by itself after 300.
  VLLM_SILENCE_SECONDS: count(280)
    .default(120)
    .describe("Seconds without a word of an answer after which vLLM is taken as gone"),
  VLLM_ADAPTERS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe("Where vLLM finds the folder of adapters, DATA_DIR/releases, if not under the same path"),
};
