import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "@openledger/sdk/jobSpecFields";
import { expect, test } from "vitest";
import { choiceName, JOB_GROUPS, shownPaths, valueText } from "./jobGroups.ts";

test("every field of a spec stands in one group", () => {
  expect(JOB_GROUPS.flatMap(({ first, more }) => [...first, ...more]).sort()).toEqual(
    [...JOB_SPEC_PATHS].sort(),
  );
});

test("a job says how long it is once: in passes or in steps", () => {
  const paths = (steps: number) => shownPaths({ training: { steps } } as never);
  expect(paths(60)).toContain("training.steps");
  expect(paths(60)).not.toContain("training.epochs");
  expect(paths(0)).toContain("training.epochs");
  expect(paths(0)).not.toContain("training.steps");
});

test("values are written with their unit, flags and choices in words", () => {
  const { unit } = JOB_SPEC_FIELDS["lora.rank"];
  expect([valueText(8, unit), valueText(true, "yes or no"), valueText("qlora", "choice")]).toEqual([
    "8 dimensions",
    "yes",
    "QLoRA, the base in four bits",
  ]);
  expect(
    [
      valueText(1, "passes"),
      valueText(1, "batches"),
      valueText(1, "threads"),
      valueText(2048, "tokens"),
      valueText(0.002, "per step"),
      valueText(7, "number"),
      valueText(250, "basis points"),
    ].join("; "),
  ).toBe("1 pass; 1 batch; 1 thread; 2,048 tokens; 0.002 per step; 7; 2.5 %");
  expect(choiceName("float32")).toBe("float32");
});
