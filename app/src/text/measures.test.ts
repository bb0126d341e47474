import { expect, test } from "vitest";
import {
  countOf,
  formatBps,
  formatBytes,
  formatCount,
  formatLoss,
  formatMemory,
  formatRate,
  listOf,
} from "./measures.ts";

test("sizes change their unit at 1024 and keep one decimal", () => {
  expect(formatBytes(0)).toBe("0\u00a0B");
  expect(formatBytes(1023)).toBe("1023\u00a0B");
  expect(formatBytes(1024)).toBe("1\u00a0KiB");
  expect(formatBytes(1536)).toBe("1.5\u00a0KiB");
  expect(formatBytes(10_485_760)).toBe("10\u00a0MiB");
});

test("basis points become percent without needless zeros", () => {
  expect(formatBps(2065)).toBe("20.65 %");
  expect(formatBps(10_000)).toBe("100 %");
  expect(formatBps(50)).toBe("0.5 %");
  expect(formatBps(0)).toBe("0 %");
});

test("counts have thousands separators and agree with their noun", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
  expect(formatCount(10n ** 18n)).toBe("1,000,000,000,000,000,000");
  expect(countOf(1, "file")).toBe("1 file");
  expect(countOf(0, "file")).toBe("0 files");
  expect(countOf(2, "entry", "entries")).toBe("2 entries");
});

test("lists read like sentences and stay short", () => {
  expect(listOf(["a"])).toBe("a");
  expect(listOf(["a", "b"])).toBe("a and b");
  expect(listOf(["a", "b", "c"])).toBe("a, b and c");
  expect(listOf(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
});

test("a loss is shown in nats", () => {
  expect(formatLoss(3_021_987)).toBe("3.0220");
});

test("memory is written in short, and a rate with three digits of any size", () => {
  expect([formatMemory(851_443_712), formatMemory(3.4 * 1024 ** 3)]).toEqual([
    "812\u00a0MiB",
    "3.4\u00a0GiB",
  ]);
  expect([0, 0.002, 1.23456, 0.0000021, 1234.5].map(formatRate)).toEqual([
    "0",
    "0.002",
    "1.23",
    "2.1e-6",
    "1230",
  ]);
});
