import { TypedDataEncoder, Wallet } from "ethers";
import fc from "fast-check";
import { type Address, encodeAbiParameters, type Hex, keccak256, sha256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, test } from "vitest";
import {
  type Owed,
  owedListBytes,
  owedListDigest,
  owedProof,
  owedRoot,
  type Receipt,
  receiptDigest,
  receiptTypedData,
  sortOwed,
  totalOwedWei,
  verifyOwed,
} from "./attribution.ts";

const key = `0x${"59".repeat(32)}` as const;
const account = privateKeyToAccount(key);
const attribution = "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853";
const addressOf = (number: number): Address => toHex(BigInt(number), { size: 20 });
const receipts: fc.Arbitrary<Receipt> = fc.record({
  user: fc.constant(account.address),
  server: fc.integer({ min: 1, max: 1000 }).map(addressOf),
  model: fc.integer({ min: 1, max: 2 ** 40 - 1 }),
  cumulativeWei: fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }),
  issuedAt: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
});
const lists: fc.Arbitrary<Owed[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 })
  .chain((numbers) =>
    fc
      .array(fc.bigInt({ min: 1n, max: 2n ** 90n }), { minLength: numbers.length, maxLength: numbers.length })
      .map((amounts) =>
        numbers.map((number, index) => ({
          contributor: addressOf(number),
          cumulativeWei: amounts[index] as bigint,
        })),
      ),
  );

describe("a receipt", () => {
  test("is signed alike by viem and ethers", async () => {
    await fc.assert(
      fc.asyncProperty(receipts, async (receipt) => {
        const data = receiptTypedData({ chainId: 31337, attribution, receipt });
        const types = Object.fromEntries(Object.entries(data.types)) as never;
        expect(TypedDataEncoder.hash(data.domain, types, receipt)).toBe(
          receiptDigest({ chainId: 31337, attribution, receipt }),
        );
        expect(await new Wallet(key).signTypedData(data.domain, types, receipt)).toBe(
          await account.signTypedData(data),
        );
      }),
      { numRuns: 10 },
    );
  });

  test("of another chain, contract, server, model, amount or time has another digest", () => {
    const receipt: Receipt = {
      user: account.address,
      server: addressOf(1),
      model: 1,
      cumulativeWei: 1n,
      issuedAt: 1,
    };
    const where = { chainId: 31337, attribution, receipt } as const;
    const digests = [
      where,
      { ...where, chainId: 1 },
      { ...where, attribution: addressOf(2) },
      { ...where, receipt: { ...receipt, user: addressOf(2) } },
      { ...where, receipt: { ...receipt, server: addressOf(2) } },
      { ...where, receipt: { ...receipt, model: 2 } },
      { ...where, receipt: { ...receipt, cumulativeWei: 2n } },
      { ...where, receipt: { ...receipt, issuedAt: 2 } },
    ].map(receiptDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe("a list of what is owed", () => {
  test("a leaf is the double hash of model, contributor and amount", () => {
    const encoded = encodeAbiParameters(
      [{ type: "uint40" }, { type: "address" }, { type: "uint96" }],
      [7, addressOf(1), 5n],
    );
    expect(owedRoot(7, [{ contributor: addressOf(1), cumulativeWei: 5n }])).toBe(
      keccak256(keccak256(encoded)),
    );
  });

  test("everybody in it is proven, with their amount, contributor and model only", () => {
    fc.assert(
      fc.property(lists, fc.nat(), (list, pick) => {
        const owed = list[pick % list.length] as Owed;
        const root = owedRoot(7, list);
        const { cumulativeWei, proof } = owedProof(7, list, owed.contributor) as NonNullable<
          ReturnType<typeof owedProof>
        >;
        expect(cumulativeWei).toBe(owed.cumulativeWei);
        expect(verifyOwed(root, 7, owed, proof)).toBe(true);
        expect(verifyOwed(root, 8, owed, proof)).toBe(false);
        expect(verifyOwed(root, 7, { ...owed, cumulativeWei: cumulativeWei + 1n }, proof)).toBe(false);
        expect(verifyOwed(root, 7, { ...owed, contributor: addressOf(20_000) }, proof)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test("has one root and one digest, in whatever order it is given", () => {
    fc.assert(
      fc.property(lists, (list) => {
        const turned = [...list].reverse();
        expect(owedRoot(7, turned)).toBe(owedRoot(7, list));
        expect(owedListDigest(7, 1, turned)).toBe(owedListDigest(7, 1, list));
        expect(totalOwedWei(turned)).toBe(totalOwedWei(list));
      }),
      { numRuns: 10 },
    );
  });

  test("leaves out who is owed nothing", () => {
    const list = [
      { contributor: addressOf(1), cumulativeWei: 5n },
      { contributor: addressOf(2), cumulativeWei: 0n },
    ];
    expect(sortOwed(list)).toEqual([list[0]]);
    expect(owedProof(7, list, addressOf(2))).toBeUndefined();
    expect(owedRoot(7, list)).toBe(owedRoot(7, list.slice(0, 1)));
  });

  test("refuses somebody who stands in it twice, in whatever case", () => {
    const contributor = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const twice = ([contributor, contributor.toLowerCase()] as Address[]).map((one) => ({
      contributor: one,
      cumulativeWei: 1n,
    }));
    expect(() => owedRoot(7, twice)).toThrow("stands in the list twice");
  });

  test("refuses to be empty", () => {
    expect(() => owedRoot(7, [])).toThrow("Nobody is owed anything for model 7.");
  });

  test("is published in its canonical spelling", () => {
    const list = [
      { contributor: addressOf(2), cumulativeWei: 2n ** 80n },
      { contributor: addressOf(1), cumulativeWei: 5n },
    ];
    const bytes = owedListBytes(7, 3, list);
    expect(new TextDecoder().decode(bytes)).toBe(
      `{"model":7,"owed":[{"contributor":"${addressOf(1)}","cumulativeWei":"5"},` +
        `{"contributor":"${addressOf(2)}","cumulativeWei":"1208925819614629174706176"}],"period":3,"version":1}`,
    );
    expect(owedListDigest(7, 3, list)).toBe(sha256(bytes));
  });

  test("a proof that is not made of words proves nothing", () => {
    const owed = { contributor: addressOf(1), cumulativeWei: 5n };
    expect(verifyOwed(owedRoot(7, [owed]), 7, owed, ["0x12" as Hex])).toBe(false);
  });
});
