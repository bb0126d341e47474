import { expect, test } from "vitest";
import { excerptOf, piecesOf, type Range, rangeOf } from "./spans.ts";

const write = (text: string, ranges: readonly Range[]) =>
  piecesOf(text, ranges)
    .map(({ piece, isMarked }) => (isMarked ? `[${piece}]` : piece))
    .join("");

test("ranges are marked, overlapping ones as one, and what lies outside is passed over", () => {
  expect(write("seven hens lay eggs", [[6, 10]])).toBe("seven [hens] lay eggs");
  const many: Range[] = [
    [0, 8],
    [6, 10],
    [15, 99],
    [50, 60],
  ];
  expect(write("seven hens lay eggs", many)).toBe("[seven hens] lay [eggs]");
  expect(write("seven hens", [])).toBe("seven hens");
  expect(write("", [[0, 3]])).toBe("");
});

test("words are found where other spaces stand between them", () => {
  const text = "Each   hen\nlays eggs.";
  expect(write(text, [rangeOf(text, 7, "hen lays")])).toBe("Each   [hen\nlays] eggs.");
  expect(rangeOf("ab", 1, "much longer")).toEqual([1, 2]);
});

test("an excerpt holds what is marked, and the ranges go along", () => {
  const text = `${"one two three ".repeat(50)}the marked words${" four five".repeat(50)}`;
  const from = text.indexOf("marked");
  const cut = excerptOf(text, [[from, from + 6]], 100);
  expect(cut.text.length).toBeLessThanOrEqual(104);
  expect(write(cut.text, cut.ranges)).toContain("[marked]");
  expect(cut.text).toMatch(/^… .* …$/);
  expect(excerptOf("short", [[0, 2]], 100)).toEqual({ text: "short", ranges: [[0, 2]] });
  expect(excerptOf("x".repeat(200), [], 100).text).toBe(`${"x".repeat(100)} …`);
});
