import { sha256 } from "viem";
import { describe, expect, test } from "vitest";
import { differingFields } from "./attestation.ts";
import { attestationOf, parseReport, readReport, reportBytes, reportDigest } from "./report.ts";
import { sampleReport as report } from "./testing/sampleReport.ts";

describe("report", () => {
  test("is read back when it fits its attestation", () => {
    expect(readReport(reportBytes(report), attestationOf(report))).toEqual(report);
  });
  test("other bytes are refused", () => {
    const attestation = { ...attestationOf(report), reportDigest: `0x${"00".repeat(32)}` as const };
    expect(() => readReport(reportBytes(report), attestation)).toThrow("The report's sha256 is");
  });
  test("an attestation that says something else is refused, by field", () => {
    const attestation = { ...attestationOf(report), lossAfterMicronats: 1n, steps: 61 };
    expect(() => readReport(reportBytes(report), attestation)).toThrow("in lossAfterMicronats, steps");
  });
  test("a loss must be a whole number of micronats", () => {
    expect(() => parseReport({ ...report, lossAfterMicronats: 2.5 })).toThrow("lossAfterMicronats");
    expect(() => parseReport({ ...report, lossAfterMicronats: -1 })).toThrow("lossAfterMicronats");
  });
  test("an environment that nests without end is refused, not followed", () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const text = JSON.stringify({ ...report, environment: { torch: "@" } }).replace('"@"', deep);
    const bytes = new TextEncoder().encode(text);
    const attestation = { ...attestationOf(report), reportDigest: sha256(bytes) };
    expect(() => readReport(bytes, attestation)).toThrow("it nests deeper than 64 levels");
  });
  test("the digest covers the environment", () => {
    expect(reportDigest({ ...report, environment: {} })).not.toBe(reportDigest(report));
  });
});

test("differingFields ignores the case of digits", () => {
  const attestation = { ...attestationOf(report), adapterDigest: `0x${"ab".repeat(32)}` as const };
  expect(differingFields(attestation, { ...attestation, adapterDigest: `0x${"AB".repeat(32)}` })).toEqual([]);
});
