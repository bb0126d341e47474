import { packWord } from "@openledger/sdk/grades";
import { getAddress } from "viem";
import { expect, test } from "vitest";
import { versionContent } from "./versions.ts";

const [ada, ben] = [
  "0x00000000000000000000000000000000000000ad",
  "0x00000000000000000000000000000000000000be",
] as const;
const row = (contributor: typeof ada | typeof ben, sizeBytes: number, ...grades: (0 | 1 | 2 | 3)[]) => ({
  contributor,
  files: grades.length,
  sizeBytes: String(sizeBytes),
  grades: String(packWord(grades)),
});

test("a version's files are the accepted ones, told by who gave them", () => {
  const content = versionContent([row(ada, 100, 2, 0), row(ben, 90, 1, 3, 3), row(ada, 40, 1)], 3);
  expect(content).toEqual({
    files: 5,
    sizeBytes: 180,
    contributors: [
      { address: getAddress(ben), files: 3 },
      { address: getAddress(ada), files: 2 },
    ],
    isPart: false,
  });
});

test("of a version that is too large to look at, the size is told by the part that was", () => {
  expect(versionContent([row(ada, 100, 2)], 4)).toMatchObject({ files: 1, sizeBytes: 400, isPart: true });
  expect(versionContent([], 0)).toEqual({ files: 0, sizeBytes: 0, contributors: [], isPart: false });
});
