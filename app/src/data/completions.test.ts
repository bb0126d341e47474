import { expect, test, vi } from "vitest";
import { type Completion, complete, EMPTY_COMPLETION, withChunk } from "./completions.ts";

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

test.each([
  ["breaks", (stream: ReadableStreamDefaultController) => stream.error(new TypeError("network error"))],
  ["ends early", (stream: ReadableStreamDefaultController) => stream.close()],
])("a stream that %s keeps its words and says that the answer broke off", async (_what, end) => {
  const chunk = JSON.stringify({ choices: [{ delta: { content: "Every" }, finish_reason: null }] });
  const chunks = [new TextEncoder().encode(`data: ${chunk}\n\n`)];
  const body = new ReadableStream({
    pull(stream) {
      const next = chunks.shift();
      if (next === undefined) end(stream);
      else stream.enqueue(next);
    },
  });
  vi.stubGlobal("fetch", async () => new Response(body));
  const heard: Completion[] = [];
  const request = { model: "release-1", messages: [], temperature: 0, maxTokens: 8, seed: 1 };
  const listening = (async () => {
    for await (const completion of complete(request, "", new AbortController().signal))
      heard.push(completion);
  })();
  await expect(listening).rejects.toThrow("The answer broke off before its end.");
  expect(heard.map(({ text }) => text)).toEqual(["Every"]);
  vi.unstubAllGlobals();
});
