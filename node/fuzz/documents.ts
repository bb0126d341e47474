import { defaultJobSpec } from "@openledger/sdk/jobSpec";
import type { Manifest } from "@openledger/sdk/manifest";

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
