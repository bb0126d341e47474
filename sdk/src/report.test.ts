import { sha256 } from "viem";
import { describe, expect, test } from "vitest";
import { differingFields } from "./attestation.ts";
import { attestationOf, parseReport, type Report, readReport, reportBytes, reportDigest } from "./report.ts";

const cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const report: Report = {
  version: 2,
  chainId: 31337,
  training: "0x2279B7A0a67DB372996a5FaB50D91eAA73d2eBe6",
  job: 1,
  trainer: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  specDigest: `0x${"01".repeat(32)}`,
  baseDigest: `0x${"02".repeat(32)}`,
  recipe: {
    version: 1,
    specDigest: `0x${"01".repeat(32)}`,
    baseDigest: `0x${"02".repeat(32)}`,
    dataDigest: `0x${"06".repeat(32)}`,
    templateDigest: `0x${"07".repeat(32)}`,
    seed: 9,
    steps: 60,
    dtype: "float32",
    threads: 1,
    quantization: null,
    versions: { torch: "2.13.0" },
  },
  adapterCid: cid,
  adapterDigest: `0x${"03".repeat(32)}`,
  transcriptCid: cid,
  transcriptHead: `0x${"04".repeat(32)}`,
  lossBeforeMicronats: 5_000_000,
  lossAfterMicronats: 2_500_000,
  tokens: 12_345,
  steps: 60,
  keptStep: 60,
  ended: "steps",
  attribution: null,
  checkpoints: [{ step: 20, cid, digest: `0x${"05".repeat(32)}` }],
  environment: { torch: "2.13.0", threads: 1, deterministic: true, packages: { peft: "0.21" } },
};

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
