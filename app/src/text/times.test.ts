import { expect, test } from "vitest";
import { formatDistance, formatSeconds } from "./times.ts";

test("spans are written in their two largest units", () => {
  expect(formatSeconds(0)).toBe("0 s");
  expect(formatSeconds(59.4)).toBe("59 s");
  expect(formatSeconds(60)).toBe("1 min");
  expect(formatSeconds(185)).toBe("3 min 5 s");
  expect(formatSeconds(3_600)).toBe("1 h");
  expect(formatSeconds(7_800)).toBe("2 h 10 min");
  expect(formatSeconds(90_000)).toBe("1 d 1 h");
});

test("a span that is over counts as nothing left", () => {
  expect(formatSeconds(-5)).toBe("0 s");
});

test("moments are told from now, in both directions", () => {
  expect(formatDistance(112, 100)).toBe("in 12 s");
  expect(formatDistance(100, 280)).toBe("3 min ago");
  expect(formatDistance(100, 100)).toBe("now");
});
