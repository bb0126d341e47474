import { defaultJobSpec } from "@openledger/sdk/jobSpec";
import type { Manifest } from "@openledger/sdk/manifest";
import type { Report } from "@openledger/sdk/report";

const cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/** An address that contributes. */
export const CONTRIBUTOR = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/** A manifest with nothing wrong. */
export const manifest: Manifest = {
  version: 1,
  chainId: 31_337,
  datanets: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853",
  datanet: 1,
  terms: 1,
  licence: "CC0-1.0",
  contributor: CONTRIBUTOR,
  files: [
    {
      name: "hens.txt",
      mediaType: "text/plain",
      sizeBytes: 1_440,
      sha256: `0x${"1a".repeat(32)}`,
      salt: `0x${"07".repeat(32)}`,
      cid,
    },
  ],
};

/** What a contributor signs. */
export const submission = {
  contributor: CONTRIBUTOR,
  datanet: 1,
  files: 1,
  sizeBytes: 1_440,
  terms: 1,
  leavesRoot: `0x${"2b".repeat(32)}`,
  manifestDigest: `0x${"3c".repeat(32)}`,
  deadline: 2_000_000_000,
};

/** A training job's spec with nothing wrong. */
export const jobSpec = defaultJobSpec({
  base: { name: "openledger-gpt2-tiny", family: "gpt2", baseDigest: `0x${"0a".repeat(32)}` },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"0b".repeat(32)}` }],
});

/** A trainer's report with nothing wrong. */
export const report: Report = {
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
