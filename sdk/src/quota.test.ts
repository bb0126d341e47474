import { describe, expect, test } from "vitest";
import { quotaAllows, quotaLeft, quotaResetsAt, utcDay } from "./quota.ts";

const midnight = 20_000 * 86_400;

describe("quota", () => {
  test("a second before midnight is still today, midnight is not", () => {
    const use = { day: 19_999, files: 20, sizeBytes: 10_485_760 };
    expect(quotaLeft(use, midnight - 1)).toEqual({ filesLeft: 0, bytesLeft: 0, resetsAt: midnight });
    expect(quotaLeft(use, midnight)).toEqual({
      filesLeft: 20,
      bytesLeft: 10_485_760,
      resetsAt: midnight + 86_400,
    });
    expect([utcDay(midnight - 1), utcDay(midnight)]).toEqual([19_999, 20_000]);
    expect(quotaResetsAt(midnight)).toBe(midnight + 86_400);
  });
  test("the 20th file fits, the 21st does not", () => {
    const left = quotaLeft({ day: 20_000, files: 19, sizeBytes: 0 }, midnight);
    expect(quotaAllows(left, 1, 5)).toEqual({ ok: true });
    expect(quotaAllows(left, 2, 5)).toEqual({ ok: false, exceeded: "files" });
  });
  test("10 MiB fit, a byte more does not", () => {
    const left = quotaLeft({ day: 0, files: 0, sizeBytes: 0 }, midnight);
    expect(quotaAllows(left, 1, 10_485_760)).toEqual({ ok: true });
    expect(quotaAllows(left, 1, 10_485_761)).toEqual({ ok: false, exceeded: "bytes" });
  });
  test("limits that were lowered later leave nothing, not less than nothing", () => {
    const limits = { filesPerSubmission: 5, filesPerDay: 5, bytesPerDay: 10 };
    expect(quotaLeft({ day: 20_000, files: 9, sizeBytes: 90 }, midnight, limits)).toMatchObject({
      filesLeft: 0,
      bytesLeft: 0,
    });
  });
});
