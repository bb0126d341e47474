import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import { drawnSeed, recipeDigest, recipeSchema } from "./recipe.ts";

const claim = {
  chainId: 1,
  training: zeroAddress,
  job: 7,
  trainer: "0x00000000000000000000000000000000000000aa",
  blockHash: `0x${"11".repeat(32)}`,
} as const;

test("a seed follows from chain, contract, job, trainer and block, and is a number that JSON keeps", () => {
  const seed = drawnSeed(claim);
  expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
  expect(drawnSeed({ ...claim })).toBe(seed);
  const others = [
    { ...claim, chainId: 2 },
    { ...claim, training: claim.trainer },
    { ...claim, job: 8 },
    { ...claim, trainer: zeroAddress },
    { ...claim, blockHash: `0x${"12".repeat(32)}` as const },
  ];
  expect(new Set([seed, ...others.map(drawnSeed)]).size).toBe(others.length + 1);
});

test("a recipe's digest does not depend on the order of its keys", () => {
  const digest = `0x${"0a".repeat(32)}`;
  const recipe = recipeSchema.parse({
    version: 1,
    specDigest: digest,
    baseDigest: digest,
    dataDigest: digest,
    templateDigest: digest,
    seed: drawnSeed(claim),
    steps: 60,
    dtype: "float32",
    threads: 1,
    quantization: null,
    versions: { torch: "2.13.0" },
  });
  const reversed = Object.fromEntries(Object.entries(recipe).toReversed()) as typeof recipe;
  expect(recipeDigest(reversed)).toBe(recipeDigest(recipe));
  expect(() => recipeSchema.parse({ ...recipe, extra: 1 })).toThrow("extra");
});
