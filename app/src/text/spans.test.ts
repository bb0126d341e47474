import { expect, test } from "vitest";
import { piecesOf } from "./spans.ts";

const write = (text: string, spans: [number, number][]) =>
  piecesOf(text, spans)
    .map(({ piece, isMarked }) => (isMarked ? `[${piece}]` : piece))
    .join("");

test("spans are marked, overlapping ones as one, and what lies outside is passed over", () => {
  expect(write("seven hens lay eggs", [[6, 10]])).toBe("seven [hens] lay eggs");
  expect(
    write("seven hens lay eggs", [
      [0, 8],
      [6, 10],
      [15, 99],
      [50, 60],
    ]),
  ).toBe("[seven hens] lay [eggs]");
  expect(write("seven hens", [])).toBe("seven hens");
  expect(write("", [[0, 3]])).toBe("");
});

test("characters are counted as Unicode does", () => {
  expect(write("🐔🐔 hens", [[1, 2]])).toBe("🐔[🐔] hens");
});
