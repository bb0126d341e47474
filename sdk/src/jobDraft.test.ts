import { expect, test } from "vitest";
import { changedDraft, draftOf, effectiveBatch, fieldFault, specOfDraft, tokensOfJob } from "./jobDraft.ts";
import { defaultJobSpec } from "./jobSpec.ts";
import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "./jobSpecFields.ts";

const parts = {
  base: { name: "base", family: "gpt2", baseDigest: `0x${"a".repeat(64)}` as const },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"b".repeat(64)}` as const }],
  parentRelease: null,
};

test("the draft of the defaults, and of any spec, is that spec again", () => {
  expect(specOfDraft(parts, draftOf())).toEqual(
    defaultJobSpec({ base: parts.base, datasets: parts.datasets }),
  );
  const spec = specOfDraft(parts, {
    ...draftOf(),
    method: "qlora",
    "lora.useDora": "true",
    "training.learningRate": "0.0005",
  });
  expect(spec).toMatchObject({
    method: "qlora",
    lora: { useDora: true },
    training: { learningRate: 0.0005 },
  });
  expect(specOfDraft(parts, draftOf(spec))).toEqual(spec);
});

test("every field is refused in words, at and beyond its bounds, and takes its own default", () => {
  for (const path of JOB_SPEC_PATHS)
    expect(fieldFault(path, String(JOB_SPEC_FIELDS[path].default))).toBeUndefined();
  expect(fieldFault("lora.rank", "256")).toBeUndefined();
  expect(fieldFault("lora.rank", "257")).toBe("Rank must lie between 1 and 256 dimensions.");
  expect(fieldFault("lora.rank", "2.5")).toBe("Rank must be a whole number.");
  for (const text of ["", " ", "abc", "1e999"])
    expect(fieldFault("lora.alpha", text)).toBe("Alpha must be a number.");
  expect(fieldFault("method", "full")).toBe("Method must be one of lora, qlora.");
  expect(fieldFault("training.packing", "yes")).toBe("Packing must be true or false.");
  expect(() => specOfDraft(parts, { ...draftOf(), "lora.rank": "0", method: "full" })).toThrow(
    /Method .* Rank/,
  );
});

test("what only the whole spec can tell is refused too", () => {
  expect(() => specOfDraft(parts, { ...draftOf(), "training.steps": "10" })).toThrow("steps or the epochs");
});

test("choosing bfloat16 brings the tolerance that it needs, and float32 takes it back", () => {
  const chosen = changedDraft(draftOf(), "training.dtype", "bfloat16");
  expect(specOfDraft(parts, chosen).tolerance.relativeDistance).toBe(0.05);
  expect(changedDraft(chosen, "training.dtype", "float32")).toEqual(draftOf());
  const wider = { ...draftOf(), "tolerance.relativeDistance": "0.08" };
  expect(changedDraft(wider, "training.dtype", "bfloat16")["tolerance.relativeDistance"]).toBe("0.08");
  expect(changedDraft(draftOf(), "lora.rank", "4")).toEqual({ ...draftOf(), "lora.rank": "4" });
});

test("tokens follow from full batches, or from the data's size", () => {
  const draft = { ...draftOf(), "training.batchSize": "8", "training.accumulation": "2" };
  const steps = specOfDraft(parts, { ...draft, "training.steps": "10", "training.epochs": "0" });
  expect([effectiveBatch(steps), tokensOfJob(steps, undefined)]).toEqual([16, 10 * 16 * 128]);
  const epochs = specOfDraft(parts, draft);
  expect([tokensOfJob(epochs, undefined), tokensOfJob(epochs, 4_000)]).toEqual([undefined, 3_000]);
});
