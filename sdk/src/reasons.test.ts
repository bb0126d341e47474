import { expect, test } from "vitest";
import { mostFrequentReason, REASONS, reasonOf, reasonOfCode } from "./reasons.ts";

test("codes and keys are unique, and a code fits a byte", () => {
  expect(new Set(REASONS.map(({ code }) => code)).size).toBe(REASONS.length);
  expect(new Set(REASONS.map(({ key }) => key)).size).toBe(REASONS.length);
  expect(REASONS.every(({ code }) => code > 0 && code < 256)).toBe(true);
});

test("every reason says what is wrong and what to do, in whole sentences", () => {
  for (const { sentence, next, key } of REASONS) {
    expect(sentence, key).toMatch(/^[A-Z].+\.$/);
    expect(next, key).toMatch(/^[A-Z].+\.$/);
  }
});

test("reasons are found by code and key, and any byte has a sentence", () => {
  expect(reasonOfCode(10).key).toBe("silent");
  expect(reasonOf("quota-files").code).toBe(21);
  expect(reasonOfCode(200)).toMatchObject({ code: 200, key: "unlisted-200" });
});

test("the most frequent reason speaks for a file", () => {
  expect(mostFrequentReason([5, 6, 6])?.key).toBe("near-duplicate");
  expect(mostFrequentReason([6, 5])?.key).toBe("exact-duplicate");
  expect(mostFrequentReason([])).toBeUndefined();
});
