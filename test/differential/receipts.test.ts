import { attributionAbi } from "@openledger/sdk/abi/attribution";
import { type Receipt, receiptDigest, receiptTypedData } from "@openledger/sdk/attribution";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { type Address, parseEther } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { address, uint } from "./arbitraries.ts";
import { startChain } from "./chain.ts";

const NOBODY = "0x000000000000000000000000000000000000dEaD";
const receipts: fc.Arbitrary<Receipt> = fc.record({
  user: address,
  server: address,
  model: uint(40),
  cumulativeWei: fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }),
  issuedAt: uint(40),
});
let chain: Awaited<ReturnType<typeof startChain>>;
let attribution: Address;

beforeAll(async () => {
  chain = await startChain();
  const token = await chain.deploy("OpenToken", [
    [{ holder: NOBODY, amountWei: parseEther("1000000000") }],
    NOBODY,
  ]);
  // The digest depends on the contract's own address only; the token is asked for its decimals and an allowance.
  attribution = await chain.deploy("Attribution", [token, ...Array(5).fill(NOBODY)]);
});
afterAll(() => chain?.close());

test("the digest of a receipt is the one that the contract checks, with viem and with ethers", async () => {
  const chainId = await chain.reader.getChainId();
  await fc.assert(
    fc.asyncProperty(receipts, async (receipt) => {
      const digest = await chain.reader.readContract({
        address: attribution,
        abi: attributionAbi,
        functionName: "digestOf",
        args: [receipt],
      });
      expect(receiptDigest({ chainId, attribution, receipt })).toBe(digest);
      const { domain, types, message } = receiptTypedData({ chainId, attribution, receipt });
      expect(TypedDataEncoder.hash(domain, { Receipt: [...types.Receipt] }, message)).toBe(digest);
    }),
    { numRuns: 30 },
  );
});
