import { expect, test } from "vitest";
import { type OwnSubmission, readOwnSubmissions, rememberSubmission } from "./ownSubmissions.ts";

function storage(initial?: string) {
  let value = initial ?? null;
  return {
    getItem: () => value,
    setItem: (_key: string, next: string) => {
      value = next;
    },
  };
}

const submission = (n: number): OwnSubmission => ({
  root: `0x${n}`,
  datanet: 1,
  contributor: "0x01",
  names: ["a.txt"],
  at: n,
});

test("submissions are kept newest first, each once", () => {
  const kept = storage();
  for (const n of [1, 2, 1]) rememberSubmission(submission(n), kept);
  expect(readOwnSubmissions(kept).map(({ root }) => root)).toEqual(["0x1", "0x2"]);
});

test("only the latest fifty are kept", () => {
  const kept = storage();
  for (let n = 0; n < 60; n += 1) rememberSubmission(submission(n), kept);
  expect(readOwnSubmissions(kept)).toHaveLength(50);
});

test("foreign content counts as none", () => {
  for (const text of ["{", "7", "null", '[{"root":1}]', '["x"]']) {
    expect(readOwnSubmissions(storage(text))).toEqual([]);
  }
});

test("a storage that refuses costs nothing but the list", () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
  };
  expect(() => rememberSubmission(submission(1), full)).not.toThrow();
});
