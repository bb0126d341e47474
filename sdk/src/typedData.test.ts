import { TypedDataEncoder, Wallet } from "ethers";
import fc from "fast-check";
import { type Hex, recoverTypedDataAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, test } from "vitest";
import { commitmentOf, deriveSalt, saltOfSignature } from "./commitment.ts";
import {
  artifactTypedData,
  type Submission,
  submissionDigest,
  submissionTypedData,
  voteSaltTypedData,
} from "./typedData.ts";

const key = `0x${"59".repeat(32)}` as const;
const account = privateKeyToAccount(key);
const wallet = new Wallet(key);
const datanets = "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853";
const hex32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString("hex")}`);
const submissions: fc.Arbitrary<Submission> = fc.record({
  contributor: fc.constant(account.address),
  datanet: fc.integer({ min: 0, max: 0xffff_ffff }),
  files: fc.integer({ min: 0, max: 255 }),
  sizeBytes: fc.integer({ min: 0, max: 0xffff_ffff }),
  terms: fc.integer({ min: 0, max: 0xffff }),
  leavesRoot: hex32,
  manifestDigest: hex32,
  deadline: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
});

const forEthers = (data: { types: object }) => Object.fromEntries(Object.entries(data.types)) as never;

describe("signatures made with ethers", () => {
  test("of a submission are equal, and so accepted", async () => {
    await fc.assert(
      fc.asyncProperty(submissions, async (submission) => {
        const data = submissionTypedData({ chainId: 31337, datanets, submission });
        expect(TypedDataEncoder.hash(data.domain, forEthers(data), submission)).toBe(
          submissionDigest({ chainId: 31337, datanets, submission }),
        );
        const signature = (await wallet.signTypedData(data.domain, forEthers(data), submission)) as Hex;
        expect(signature).toBe(await account.signTypedData(data));
        expect(await recoverTypedDataAddress({ ...data, signature })).toBe(wallet.address);
      }),
      { numRuns: 10 },
    );
  });
  test("of an artifact are equal", async () => {
    const data = artifactTypedData({
      chainId: 31337,
      training: datanets,
      artifact: { sha256: `0x${"01".repeat(32)}`, sizeBytes: 2n ** 200n, expires: 7 },
    });
    expect(await wallet.signTypedData(data.domain, forEthers(data), data.message)).toBe(
      await account.signTypedData(data),
    );
  });
  test("of a salt are equal, so that the tools of a voter do not matter", async () => {
    const data = voteSaltTypedData({ chainId: 31337, court: datanets, docket: 4, round: 1 });
    expect(await wallet.signTypedData(data.domain, forEthers(data), data.message)).toBe(
      await account.signTypedData(data),
    );
  });
});

test("another chain, contract or field gives another digest", () => {
  const submission: Submission = {
    contributor: account.address,
    datanet: 1,
    files: 1,
    sizeBytes: 1,
    terms: 1,
    leavesRoot: `0x${"01".repeat(32)}`,
    manifestDigest: `0x${"02".repeat(32)}`,
    deadline: 1,
  };
  const digests = [
    submissionDigest({ chainId: 31337, datanets, submission }),
    submissionDigest({ chainId: 1, datanets, submission }),
    submissionDigest({ chainId: 31337, datanets: account.address, submission }),
    submissionDigest({ chainId: 31337, datanets, submission: { ...submission, datanet: 2 } }),
    submissionDigest({ chainId: 31337, datanets, submission: { ...submission, terms: 2 } }),
  ];
  expect(new Set(digests).size).toBe(5);
});

describe("the salt of a vote", () => {
  const where = { chainId: 31337, court: datanets, docket: 4, round: 0 } as const;
  test("comes back after the disk is lost", async () => {
    const again = privateKeyToAccount(key);
    expect(await deriveSalt(account, where)).toBe(await deriveSalt(again, where));
    expect(await deriveSalt(account, where)).toBe(
      saltOfSignature(await account.signTypedData(voteSaltTypedData(where))),
    );
  });
  test("differs by docket, round, court, chain and voter", async () => {
    const salts = await Promise.all([
      deriveSalt(account, where),
      deriveSalt(account, { ...where, docket: 8 }),
      deriveSalt(account, { ...where, round: 1 }),
      deriveSalt(account, { ...where, chainId: 1 }),
      deriveSalt(account, { ...where, court: account.address }),
      deriveSalt(privateKeyToAccount(`0x${"60".repeat(32)}`), where),
    ]);
    expect(new Set(salts).size).toBe(6);
  });
});

test("a commitment binds everything of the vote", () => {
  const vote = {
    chainId: 31337,
    court: datanets,
    docket: 4,
    voter: account.address,
    word: 3n,
    reasons: "0x0102",
    salt: `0x${"07".repeat(32)}`,
  } as const;
  const commitments = [
    vote,
    { ...vote, chainId: 1 },
    { ...vote, court: account.address },
    { ...vote, docket: 8 },
    { ...vote, voter: datanets } as const,
    { ...vote, word: 2n },
    { ...vote, reasons: "0x01" } as const,
    { ...vote, salt: `0x${"08".repeat(32)}` } as const,
  ].map(commitmentOf);
  expect(new Set(commitments).size).toBe(commitments.length);
});
