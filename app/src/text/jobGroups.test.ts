import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "@openledger/sdk/jobSpecFields";
import { expect, test } from "vitest";
import { choiceName, JOB_GROUPS, valueText } from "./jobGroups.ts";

test("every field of a spec stands in one group", () => {
  expect(JOB_GROUPS.flatMap(({ first, more }) => [...first, ...more]).sort()).toEqual(
    [...JOB_SPEC_PATHS].sort(),
  );
});

test("values are written with their unit, flags and choices in words", () => {
  const { unit } = JOB_SPEC_FIELDS["lora.rank"];
  expect([valueText(8, unit), valueText(true, "yes or no"), valueText("qlora", "choice")]).toEqual([
    "8 dimensions",
    "yes",
    "QLoRA, the base in four bits",
  ]);
  expect(choiceName("float32")).toBe("float32");
});
