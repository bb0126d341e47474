import { expect, test } from "vitest";
import { EMPTY_COMPLETION, withChunk } from "./completions.ts";

const read = (...chunks: unknown[]) =>
  chunks.map((chunk) => JSON.stringify(chunk)).reduce(withChunk, EMPTY_COMPLETION);

test("words add up, and the last chunks bring the end, the numbers and what gave the answer", () => {
  const openledger = { release: 7, seed: 3 };
  expect(
    read(
      { choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: "Every" }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: " week" }, finish_reason: null }], usage: null },
      { choices: [{ delta: {}, finish_reason: "length" }], usage: null, openledger },
      { choices: [], usage: { prompt_tokens: 4, completion_tokens: 2 } },
    ),
  ).toEqual({
    text: "Every week",
    finishReason: "length",
    promptTokens: 4,
    tokens: 2,
    provenance: openledger,
  });
});

test("a failure in the stream is thrown with its sentence", () => {
  const error = { message: "The model is being loaded.", code: "busy", type: "server_error", param: null };
  expect(() => read({ error })).toThrow("The model is being loaded.");
});

test("the end of the stream changes nothing", () => {
  expect(withChunk(EMPTY_COMPLETION, "[DONE]")).toBe(EMPTY_COMPLETION);
});
