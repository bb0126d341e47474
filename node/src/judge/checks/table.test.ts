import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Check } from "./check.ts";
import { PICTURE_CHECKS } from "./picture/checks.ts";
import { SOUND_CHECKS } from "./sound/checks.ts";
import { TEXT_CHECKS } from "./text/checks.ts";

const page = readFileSync(new URL("../../../../docs/validating.md", import.meta.url), "utf8");

const rows = <Subject>(modality: string, checks: readonly Check<Subject>[]) =>
  checks.map(
    ({ name, purpose, source, reasons }) =>
      `| ${modality}: ${name} | ${purpose} | ${reasons.map((reason) => `\`${reason}\``).join(", ") || "–"} | ${source} |`,
  );

test.each([...rows("text", TEXT_CHECKS), ...rows("picture", PICTURE_CHECKS), ...rows("sound", SOUND_CHECKS)])(
  "docs/validating.md has the row %s",
  (row) => {
    expect(page.split("\n")).toContain(row);
  },
);
