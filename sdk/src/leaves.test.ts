import fc from "fast-check";
import { encodeAbiParameters, type Hex, keccak256 } from "viem";
import { describe, expect, test } from "vitest";
import {
  type Leaf,
  leafHash,
  leavesOf,
  leavesRootOf,
  proofOf,
  submissionRoot,
  verifyLeaf,
} from "./leaves.ts";

const hex32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString("hex")}`);
const file = fc.record({
  sha256: hex32,
  sizeBytes: fc.integer({ min: 1, max: 10_485_760 }),
  mediaType: fc.constantFrom("text/plain", "image/png"),
  salt: hex32,
});
const contributor = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const other = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const files = fc.array(file, { minLength: 1, maxLength: 20 });

describe("leaves", () => {
  test("a leaf is the double hash of its ABI encoding", () => {
    const [leaf] = leavesOf(contributor, [
      { sha256: `0x${"11".repeat(32)}`, sizeBytes: 5, mediaType: "text/plain", salt: `0x${"22".repeat(32)}` },
    ]) as [Leaf];
    const encoded = encodeAbiParameters(
      [
        { type: "address" },
        { type: "uint8" },
        { type: "bytes32" },
        { type: "uint256" },
        { type: "string" },
        { type: "bytes32" },
      ],
      [contributor, 0, leaf.sha256, 5n, "text/plain", leaf.salt],
    );
    expect(leafHash(leaf)).toBe(keccak256(keccak256(encoded)));
  });

  test("each leaf is proven, in its own place only", () => {
    fc.assert(
      fc.property(files, fc.nat(), (list, pick) => {
        const leaves = leavesOf(contributor, list);
        const index = pick % leaves.length;
        const leaf = leaves[index] as Leaf;
        const root = leavesRootOf(leaves);
        const proof = proofOf(leaves, index);
        expect(verifyLeaf(root, leaf, proof)).toBe(true);
        expect(verifyLeaf(root, { ...leaf, index: leaf.index + 1 }, proof)).toBe(false);
        expect(verifyLeaf(root, { ...leaf, contributor: other }, proof)).toBe(false);
        expect(verifyLeaf(root, { ...leaf, sizeBytes: leaf.sizeBytes + 1 }, proof)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test("the same file of another contributor gives another root", () => {
    fc.assert(
      fc.property(files, (list) => {
        expect(leavesRootOf(leavesOf(contributor, list))).not.toBe(leavesRootOf(leavesOf(other, list)));
      }),
      { numRuns: 10 },
    );
  });

  test("a submission's key binds its contributor to its leaves", () => {
    const leavesRoot = `0x${"11".repeat(32)}` as const;
    const encoded = encodeAbiParameters(
      [{ type: "address" }, { type: "bytes32" }],
      [contributor, leavesRoot],
    );
    expect(submissionRoot(contributor, leavesRoot)).toBe(keccak256(encoded));
    expect(submissionRoot(other, leavesRoot)).not.toBe(submissionRoot(contributor, leavesRoot));
  });

  test("the order of the files is part of the root", () => {
    const base = { sizeBytes: 1, mediaType: "text/plain", salt: `0x${"00".repeat(32)}` } as const;
    const a = { ...base, sha256: `0x${"aa".repeat(32)}` } as const;
    const b = { ...base, sha256: `0x${"bb".repeat(32)}` } as const;
    expect(leavesRootOf(leavesOf(contributor, [a, b]))).not.toBe(leavesRootOf(leavesOf(contributor, [b, a])));
  });

  test("a proof that is not made of words proves nothing", () => {
    const leaves = leavesOf(contributor, [
      { sha256: `0x${"11".repeat(32)}`, sizeBytes: 5, mediaType: "text/plain", salt: `0x${"22".repeat(32)}` },
    ]);
    expect(verifyLeaf(leavesRootOf(leaves), leaves[0] as Leaf, ["0x12"])).toBe(false);
  });

  test("no files, no root", () => {
    expect(() => leavesRootOf([])).toThrow("A submission without files has no root.");
  });
});
