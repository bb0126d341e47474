import type { Hex } from "viem";
import { expect, test } from "vitest";
import { leavesOf, leavesRootOf, submissionRoot, verifyLeaf } from "../leaves.ts";
import { proveDuplicate } from "./proveDuplicate.ts";

const addresses = { datanets: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853" } as const;
const sha = (digit: string): Hex => `0x${digit.repeat(64)}`;
const manifestOf = (contributor: Hex, digits: string[]) => ({
  contributor,
  files: digits.map((digit, index) => ({
    name: `${index}.txt`,
    mediaType: "text/plain",
    sizeBytes: 5,
    sha256: sha(digit),
    salt: sha(String(index)),
    cid: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
  })),
});
const first = manifestOf("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", ["a", "b", "c"]);
const second = manifestOf("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", ["d", "b"]);

test("names both submissions with a leaf and a proof each", () => {
  const { args } = proveDuplicate({
    addresses,
    earlier: { manifest: first, index: 1 },
    later: { manifest: second, index: 1 },
  });
  const [earlierRoot, , earlierProof, laterRoot] = args as [Hex, object, Hex[], Hex];
  const leaves = leavesOf(first.contributor, first.files);
  expect(earlierRoot).toBe(submissionRoot(first.contributor, leavesRootOf(leaves)));
  expect(verifyLeaf(leavesRootOf(leaves), leaves[1] as never, earlierProof)).toBe(true);
  expect(laterRoot).not.toBe(earlierRoot);
  expect(args[1]).toEqual({
    index: 1,
    sha256: sha("b"),
    sizeBytes: 5n,
    mediaType: "text/plain",
    salt: sha("1"),
  });
});

test("refuses files with other bytes, and a file that is not there", () => {
  const prove = (index: number) => () =>
    proveDuplicate({ addresses, earlier: { manifest: first, index }, later: { manifest: second, index: 1 } });
  expect(prove(0)).toThrow("other bytes");
  expect(prove(3)).toThrow("none with the index 3");
});
