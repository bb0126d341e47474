import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { submissionRoot } from "@openledger/sdk/leaves";
import { type Submission, submissionDigest, submissionTypedData } from "@openledger/sdk/typedData";
import { TypedDataEncoder, Wallet } from "ethers";
import fc from "fast-check";
import { type Address, recoverAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { address, bytes32, uint } from "./arbitraries.ts";
import { startChain } from "./chain.ts";

const submissions: fc.Arbitrary<Submission> = fc.record({
  contributor: address,
  datanet: uint(32),
  files: uint(8),
  sizeBytes: uint(32),
  terms: uint(16),
  leavesRoot: bytes32,
  manifestDigest: bytes32,
  deadline: uint(40),
});
let chain: Awaited<ReturnType<typeof startChain>>;
let datanets: Address;
let chainId: number;

beforeAll(async () => {
  chain = await startChain();
  chainId = await chain.reader.getChainId();
  // The digest depends on the contract's own address only, not on those that it works with.
  const others = Array(4).fill("0x000000000000000000000000000000000000dEaD");
  datanets = await chain.deploy("Datanets", others);
});
afterAll(() => chain?.close());

function digestOf(submission: Submission) {
  return chain.reader.readContract({
    address: datanets,
    abi: datanetsAbi,
    functionName: "digestOf",
    args: [submission],
  });
}

test("the digest that is signed is the one that the contract checks, with viem and with ethers", async () => {
  await fc.assert(
    fc.asyncProperty(submissions, async (submission) => {
      const digest = await digestOf(submission);
      expect(submissionDigest({ chainId, datanets, submission })).toBe(digest);
      const { domain, types, message } = submissionTypedData({ chainId, datanets, submission });
      expect(TypedDataEncoder.hash(domain, { Submission: [...types.Submission] }, message)).toBe(digest);
    }),
    { numRuns: 50 },
  );
});

test("a submission's key is the contract's", async () => {
  await fc.assert(
    fc.asyncProperty(address, bytes32, async (contributor, leavesRoot) => {
      const root = await chain.reader.readContract({
        address: datanets,
        abi: datanetsAbi,
        functionName: "rootOf",
        args: [contributor, leavesRoot],
      });
      expect(submissionRoot(contributor, leavesRoot)).toBe(root);
    }),
    { numRuns: 25 },
  );
});

test("a signature made with ethers is the contributor's", async () => {
  const key = `0x${"31".repeat(32)}` as const;
  const contributor = privateKeyToAccount(key).address;
  await fc.assert(
    fc.asyncProperty(submissions, async (some) => {
      const submission = { ...some, contributor };
      const { domain, types, message } = submissionTypedData({ chainId, datanets, submission });
      const signature = await new Wallet(key).signTypedData(
        domain,
        { Submission: [...types.Submission] },
        message,
      );
      expect(
        await recoverAddress({ hash: await digestOf(submission), signature: signature as `0x${string}` }),
      ).toBe(contributor);
    }),
    { numRuns: 10 },
  );
});
