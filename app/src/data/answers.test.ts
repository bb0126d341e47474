import { expect, test } from "vitest";
import { EMPTY_ANSWER, withAnswerEvent } from "./answers.ts";

const event = (name: string, data: unknown) => ({ event: name, data: JSON.stringify(data) });

test("the words of both sides come interleaved", () => {
  const answer = [
    event("token", { side: "base", text: "The" }),
    event("token", { side: "tuned", text: "Every" }),
    event("token", { side: "tuned", text: " week" }),
  ].reduce(withAnswerEvent, EMPTY_ANSWER);
  expect(answer).toEqual({ base: "The", tuned: "Every week", done: false });
});

test("the end repeats the whole text, plainly or with its count", () => {
  const done = event("done", { base: "B", tuned: { text: "T", tokens: 1 }, adapterDigest: "0xab" });
  expect(withAnswerEvent(EMPTY_ANSWER, done)).toEqual({
    base: "B",
    tuned: "T",
    done: true,
    adapterDigest: "0xab",
  });
});

test("a failure in the stream is thrown with its sentence", () => {
  const failed = event("error", {
    code: "busy",
    sentence: "The model is being loaded.",
    next: "Ask again soon.",
  });
  expect(() => withAnswerEvent(EMPTY_ANSWER, failed)).toThrow("The model is being loaded.");
});

test("comments and unknown events change nothing", () => {
  expect(withAnswerEvent(EMPTY_ANSWER, { event: "message", data: "x" })).toBe(EMPTY_ANSWER);
});
