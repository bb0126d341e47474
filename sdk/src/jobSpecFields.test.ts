import { expect, test } from "vitest";
import { JOB_SPEC_FIELDS, type JobSpecField } from "./jobSpecFields.ts";

function allowed(field: JobSpecField): string {
  if (field.kind === "flag") return "yes or no";
  if (field.kind === "choice") return field.choices.map((choice) => `\`${choice}\``).join(", ");
  return `${field.minimum} to ${field.maximum} ${field.unit}`;
}

const said = (value: unknown) => (value === true ? "yes" : value === false ? "no" : `${value}`);

test("the table of the documentation has every field", async () => {
  const rows = Object.values(JOB_SPEC_FIELDS).map(
    (field) =>
      `| \`${field.path}\` | ${field.label} | ${allowed(field)} | ${said(field.default)} | ${field.sentence} |`,
  );
  const page = [
    "# The fields of a job",
    "",
    "What a specification says besides its base, its dataset versions and the release that it refines. This table, the",
    "form of the page, the flags of `openledger job post`, the gateway's `GET /v1/specs/fields` and the trainer all come from",
    "`sdk/src/jobSpecFields.json`.",
    "",
    "| field | name | allowed | default | what it does |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../docs/job-fields.md");
});
