import { readField } from "@openledger/sdk/jobSpec";
import { expect, test } from "vitest";
import { defaultNumbers, draftSpec, numberFault } from "./jobDraft.ts";

const parts = {
  base: { name: "base", family: "gpt2", baseDigest: `0x${"a".repeat(64)}` as const },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"b".repeat(64)}` as const }],
  parentRelease: null,
};

test("the defaults make a valid spec whose numbers can be read back", () => {
  const spec = draftSpec(parts, { ...defaultNumbers(), "lora.rank": "16" });
  expect(readField(spec, "lora.rank")).toBe(16);
  expect(spec.training.dtype).toBe("float32");
});

test("a number is refused in words, at and beyond its bounds", () => {
  expect(numberFault("lora.rank", "1")).toBeUndefined();
  expect(numberFault("lora.rank", "256")).toBeUndefined();
  expect(numberFault("lora.rank", "0")).toContain("between 1 and 256");
  expect(numberFault("lora.rank", "257")).toContain("between 1 and 256");
  expect(numberFault("lora.rank", "2.5")).toContain("whole number");
  expect(numberFault("training.learningRate", "0.002")).toBeUndefined();
  for (const text of ["", " ", "abc", "1e999"])
    expect(numberFault("lora.rank", text)).toContain("must be a number");
});

test("what only the whole spec can tell is refused too", () => {
  const numbers = { ...defaultNumbers(), "training.steps": "10" };
  expect(() => draftSpec(parts, numbers)).toThrow("steps or the epochs");
});
