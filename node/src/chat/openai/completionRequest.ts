import { randomInt } from "node:crypto";
import { z } from "zod";
import type { ChatMessage, Sampling } from "../chatEngine.ts";
import { ApiRefusal } from "./apiRefusal.ts";

/** The most turns of a conversation, and the most characters of all of them together. */
const MOST_MESSAGES = 256;
export const MOST_CHARACTERS = 200_000;
/** The largest seed: what every engine's generator takes. */
export const LARGEST_SEED = 2 ** 31 - 1;
const MOST_STOPS = 4;
const LONGEST_STOP = 256;
const LONGEST_USER = 512;

/** A request for a completion, checked and with every default filled in. */
export interface CompletionRequest {
  model: string;
  messages: ChatMessage[];
  sampling: Sampling;
  stream: boolean;
  includeUsage: boolean;
}

/** Parameters that change nothing here, whatever they say: names for the caller's own books, and hints. */
const HARMLESS = new Set([
  "metadata",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "user",
]);

/** Parameters that this server does not have, with the values that ask for nothing. */
const ABSENT_WHEN: Record<string, (value: unknown) => boolean> = {
  audio: never,
  frequency_penalty: (value) => value === 0,
  function_call: (value) => value === "none",
  functions: isEmpty,
  logit_bias: (value) => typeof value === "object" && isEmpty(Object.keys(value ?? {})),
  logprobs: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === "text"),
  n: (value) => value === 1,
  parallel_tool_calls: (value) => typeof value === "boolean",
  prediction: never,
  presence_penalty: (value) => value === 0,
  reasoning_effort: never,
  response_format: (value) => (value as { type?: unknown } | null)?.type === "text",
  store: (value) => value === false,
  tool_choice: (value) => value === "none",
  tools: isEmpty,
  top_logprobs: (value) => value === 0,
  verbosity: never,
  web_search_options: never,
};

const number = (least: number, most: number) => z.number().min(least).max(most);
const integer = (least: number, most: number) => z.number().int().min(least).max(most);

/** JSON can also spell half of a surrogate pair, which no tokenizer takes and no digest tells from another. */
const unicode = z.string().refine((text) => text.isWellFormed(), "A text has half of a surrogate pair.");
const nothing = z.union([z.null(), z.array(z.never()).max(0)]).optional();

const textPart = z.object({ type: z.literal("text"), text: unicode });
const messageSchema = z
  .strictObject({
    // What models before called "system" newer clients call "developer".
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: z.union([unicode, z.array(textPart).min(1)], {
      error: "Content is a text of whole characters, or a list of parts of type text.",
    }),
    // An answer that is sent back as its client holds it: with fields that say nothing.
    refusal: z.null().optional(),
    audio: z.null().optional(),
    function_call: z.null().optional(),
    parsed: z.null().optional(),
    tool_calls: nothing,
    annotations: nothing,
  })
  .transform(
    ({ role, content }): ChatMessage => ({
      role: role === "developer" ? "system" : role,
      content: typeof content === "string" ? content : content.map(({ text }) => text).join(""),
    }),
  );

/** Messages as every route takes them. */
export const messagesSchema = z
  .array(messageSchema)
  .min(1)
  .max(MOST_MESSAGES)
  .refine((messages) => messages.at(-1)?.role === "user", "The last message is the user's.")
  .refine(
    (messages) => messages.reduce((sum, { content }) => sum + content.length, 0) <= MOST_CHARACTERS,
    `The messages have more than ${MOST_CHARACTERS} characters together.`,
  );

const shape = {
  model: z.string().min(1).max(256),
  messages: messagesSchema,
  max_tokens: integer(1, Number.MAX_SAFE_INTEGER).nullish(),
  max_completion_tokens: integer(1, Number.MAX_SAFE_INTEGER).nullish(),
  temperature: number(0, 2).nullish(),
  top_p: number(0, 1).nullish(),
  seed: integer(0, LARGEST_SEED).nullish(),
  stop: z
    .union([unicode.min(1).max(LONGEST_STOP), z.array(unicode.min(1).max(LONGEST_STOP)).max(MOST_STOPS)])
    .nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.literal(false).nullish() })
    .nullish(),
  user: z.string().max(LONGEST_USER).nullish(),
};
const schema = z.object(shape);

/**
 * A request for a completion from a body. Nothing that it asks for is passed over in silence: what this server does not
 * have is refused by name, unless its value asks for nothing.
 *
 * @param limits The longest answer that may be asked for, and the length of one that says nothing of it.
 * @throws ApiRefusal naming the parameter that is wrong.
 */
export function readCompletionRequest(
  body: unknown,
  limits: { longestAnswer: number; defaultAnswer: number },
): CompletionRequest {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiRefusal(400, { type: "invalid_request_error", message: "The body is not a JSON object." });
  }
  for (const [name, value] of Object.entries(body)) refuseUnless(name, value);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusalOf(parsed.error, body);
  const asked = parsed.data;
  const { max_completion_tokens: newer, max_tokens: older, temperature, top_p: topP, seed, stop } = asked;
  const maxTokens = newer ?? older ?? limits.defaultAnswer;
  if (maxTokens > limits.longestAnswer) {
    throw ApiRefusal.ofParameter(
      newer === undefined || newer === null ? "max_tokens" : "max_completion_tokens",
      `${maxTokens} tokens are more than the ${limits.longestAnswer} of the longest answer here.`,
    );
  }
  if (asked.stream !== true && asked.stream_options !== undefined && asked.stream_options !== null) {
    throw ApiRefusal.ofParameter("stream_options", "stream_options is for stream: true alone.");
  }
  return {
    model: asked.model,
    messages: asked.messages,
    sampling: {
      maxTokens,
      temperature: temperature ?? 1,
      topP: topP ?? 1,
      // Drawn here, so that the record and the answer can name it, and the answer be had again.
      seed: seed ?? randomInt(LARGEST_SEED),
      stop: typeof stop === "string" ? [stop] : (stop ?? []),
    },
    stream: asked.stream === true,
    includeUsage: asked.stream_options?.include_usage === true,
  };
}

function refuseUnless(name: string, value: unknown): void {
  if (Object.hasOwn(shape, name) || HARMLESS.has(name) || value === null || value === undefined) return;
  const asksForNothing = Object.hasOwn(ABSENT_WHEN, name) ? ABSENT_WHEN[name] : undefined;
  if (asksForNothing === undefined) {
    throw ApiRefusal.ofParameter(name, `There is no parameter ${JSON.stringify(name)}.`, "unknown_parameter");
  }
  if (!asksForNothing(value)) {
    throw ApiRefusal.ofParameter(
      name,
      `This server does not have the parameter ${name}; leave it out.`,
      "unsupported_parameter",
    );
  }
}

function refusalOf(error: z.ZodError, body: object): ApiRefusal {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const param = path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
  const isMissing = path.length === 1 && !(String(path[0]) in body);
  const more = issue?.code === "unrecognized_keys" ? ` (${issue.keys.join(", ")})` : "";
  return ApiRefusal.ofParameter(
    param,
    isMissing ? `The parameter ${param} is missing.` : `${param}: ${issue?.message ?? "does not fit"}${more}`,
    isMissing ? "missing_required_parameter" : "invalid_value",
  );
}

function never(): boolean {
  return false;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
