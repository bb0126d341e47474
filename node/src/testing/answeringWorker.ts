/**
 * A worker process that answers by rule, in milliseconds: it speaks the JSON lines of `openledger_trainer`, and its words
 * depend on messages, adapter, temperature and seed alone, as a model's do.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

interface Asked {
  base: string;
  adapterPath: string | null;
  indexPath: string;
  messages: { role: string; content: string }[];
  answer: string;
  maxTokens: number;
  temperature: number;
  topP: number;
  seed: number;
  stop: string[];
  target: number;
}

const WORDS = ["hens", "eggs", "grain", "barn", "seven", "days", "water", "field"];
const NATURAL_LENGTH = 12;
const cancelled = new Set<number>();
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const refuse = (id: number, code: string, message: string) =>
  say({ id, error: { code, message, next: "Ask otherwise." } });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as { id: number; method: string; params: Asked };
  if (method === "ping") say({ id, result: { versions: { worker: "by rule" } } });
  if (method === "serving") say({ id, result: { device: "none", hardware: "none", dtype: "by rule" } });
  if (method === "cancel") {
    cancelled.add(params.target);
    say({ id, result: { cancelled: true } });
  }
  if (method === "describe_base") {
    say({
      id,
      result: { parameters: 1, ...JSON.parse(readFileSync(join(params.base, "base.json"), "utf8")) },
    });
  }
  if (method === "attribute") {
    const sha256 = `0x${"07".repeat(32)}`;
    say({
      id,
      result: {
        method: "by rule",
        shares: [{ sha256, sharePpm: 1_000_000 }],
        examples: [
          {
            sha256,
            index: 0,
            sharePpm: 1_000_000,
            text: params.answer,
            spans: [{ text: params.answer.slice(0, 9), answer: 0, example: 0, words: 2 }],
          },
        ],
      },
    });
  }
  if (method === "generate") void generate(id, params);
}

async function generate(id: number, params: Asked): Promise<unknown> {
  const { messages } = params;
  const question = messages.at(-1)?.content ?? "";
  if (question === "die") process.exit(1);
  if (question.length > 10_000) return refuse(id, "bad-prompt", "The prompt has too many tokens.");
  const isEndless = question === "Talk for ever.";
  const state = { value: hash(JSON.stringify([messages, params.adapterPath, draw(params)])) };
  const promptTokens = messages.reduce((sum, { content }) => sum + content.split(/\s+/).length, 0);
  const natural = isEndless ? Number.POSITIVE_INFINITY : NATURAL_LENGTH;
  let text = "";
  let tokens = 0;
  while (tokens < Math.min(natural, params.maxTokens)) {
    await sleep(isEndless ? 5 : 0);
    if (cancelled.has(id)) return refuse(id, "cancelled", "The work was cancelled.");
    state.value = (state.value * 1_103_515_245 + 12_345) % 2 ** 31;
    const word = ` ${WORDS[Math.floor((state.value / 2 ** 31) * WORDS.length)]}`;
    tokens++;
    const stopped = params.stop.map((stop) => (text + word).indexOf(stop)).filter((at) => at >= 0);
    if (stopped.length > 0) {
      text = (text + word).slice(0, Math.min(...stopped));
      return say({ id, result: { text, promptTokens, tokens, finishReason: "stop" } });
    }
    text += word;
    say({ id, event: "token", data: { text: word } });
  }
  const finishReason = tokens < natural ? "length" : "stop";
  return say({ id, result: { text, promptTokens, tokens, finishReason } });
}

/** Without temperature the seed does not matter. */
function draw({ temperature, seed, topP }: Asked): unknown[] {
  return temperature === 0 ? [] : [temperature, topP, seed];
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) % 2 ** 31;
  return value;
}
