import { type JobSpec, parseJobSpec, writeField } from "@openledger/sdk/jobSpec";
import {
  JOB_SPEC_FIELDS,
  JOB_SPEC_PATHS,
  type JobSpecPath,
  type NumberField,
} from "@openledger/sdk/jobSpecFields";

/** A number's place in a job's spec. */
export type FieldPath = JobSpecPath;

/** What a person has typed, by the number's place. */
export type DraftNumbers = Record<FieldPath, string>;

/** The numbers of a spec. */
export const NUMBER_FIELDS = JOB_SPEC_PATHS.map((path) => JOB_SPEC_FIELDS[path]).filter(
  (field): field is NumberField => field.kind === "integer" || field.kind === "number",
);

/** The defaults, as text to edit. */
export function defaultNumbers(): DraftNumbers {
  return Object.fromEntries(
    NUMBER_FIELDS.map((field) => [field.path, String(field.default)]),
  ) as DraftNumbers;
}

/** What is wrong with a typed number, or undefined. */
export function numberFault(path: FieldPath, text: string): string | undefined {
  const { label, unit, minimum, maximum, kind } = JOB_SPEC_FIELDS[path] as NumberField;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return `${label} must be a number.`;
  if (kind === "integer" && !Number.isInteger(value)) return `${label} must be a whole number.`;
  if (value < minimum || value > maximum)
    return `${label} must lie between ${minimum} and ${maximum} ${unit}.`;
  return undefined;
}

/**
 * The spec of a draft.
 *
 * @throws {Problem} `bad-job-spec` naming every field that is wrong.
 */
export function draftSpec(
  parts: Pick<JobSpec, "base" | "datasets" | "parentRelease">,
  numbers: DraftNumbers,
): JobSpec {
  const groups: Record<string, unknown> = {};
  for (const path of JOB_SPEC_PATHS) {
    const field = JOB_SPEC_FIELDS[path];
    const isNumber = field.kind === "integer" || field.kind === "number";
    writeField(groups, path, isNumber ? Number(numbers[path]) : field.default);
  }
  return parseJobSpec({ version: 2, ...parts, ...groups });
}
