import type { Report } from "../report.ts";

const cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
/** A trainer's report with nothing wrong, for tests. */
export const sampleReport: Report = {
  version: 2,
  chainId: 31_337,
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
