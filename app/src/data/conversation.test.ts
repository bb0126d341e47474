import { expect, test } from "vitest";
import { BEGUN, type Exchange, messagesFor, withReply } from "./conversation.ts";

const said = (id: number, question: string, tuned: string, base?: string): Exchange => ({
  id,
  question,
  replies: {
    tuned: { ...BEGUN, text: tuned, state: "done" },
    ...(base === undefined ? {} : { base: { ...BEGUN, text: base, state: "done" } }),
  },
});

test("each side goes on from what it said itself, and from the other's words where it was not asked", () => {
  const before = [said(1, "A?", "tuned a", "base a"), said(2, "B?", "tuned b")];
  const contents = (side: "tuned" | "base") => messagesFor(side, before, "C?").map(({ content }) => content);
  expect(contents("tuned")).toEqual(["A?", "tuned a", "B?", "tuned b", "C?"]);
  expect(contents("base")).toEqual(["A?", "base a", "B?", "tuned b", "C?"]);
});

test("a question without any answer is left out", () => {
  expect(messagesFor("tuned", [said(1, "A?", "")], "B?")).toEqual([{ role: "user", content: "B?" }]);
});

test("a change reaches one reply alone", () => {
  const [first, second] = withReply([said(1, "A?", "a"), said(2, "B?", "b")], 2, "base", { text: "new" });
  expect(first).toEqual(said(1, "A?", "a"));
  expect(second?.replies.base).toEqual({ ...BEGUN, text: "new" });
  expect(second?.replies.tuned?.text).toBe("b");
});
