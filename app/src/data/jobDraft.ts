import { type JobSpec, parseJobSpec } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS, type JobSpecField } from "@openledger/sdk/jobSpecFields";

/** A number's place in a job's spec. */
export type FieldPath = JobSpecField["path"];

/** What a person has typed, by the number's place. */
export type DraftNumbers = Record<FieldPath, string>;

/** The defaults, as text to edit. */
export function defaultNumbers(): DraftNumbers {
  return Object.fromEntries(
    Object.values(JOB_SPEC_FIELDS).map((field) => [field.path, String(field.default)]),
  ) as DraftNumbers;
}

/** What is wrong with a typed number, or undefined. */
export function numberFault(path: FieldPath, text: string): string | undefined {
  const { label, unit, minimum, maximum, whole } = JOB_SPEC_FIELDS[path];
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return `${label} must be a number.`;
  if (whole && !Number.isInteger(value)) return `${label} must be a whole number.`;
  if (value < minimum || value > maximum)
    return `${label} must lie between ${minimum} and ${maximum} ${unit}.`;
  return undefined;
}

/** One number of a spec by its place. */
export function readField(spec: JobSpec, path: FieldPath): number {
  const [group, name] = path.split(".") as [keyof JobSpec, string];
  return (spec[group] as Record<string, number>)[name] as number;
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
  const groups: Record<string, Record<string, number>> = {};
  for (const path of Object.keys(JOB_SPEC_FIELDS) as FieldPath[]) {
    const [group, name] = path.split(".") as [string, string];
    groups[group] = { ...groups[group], [name]: Number(numbers[path]) };
  }
  return parseJobSpec({
    version: 1,
    ...parts,
    method: "lora",
    ...groups,
    training: { ...groups.training, dtype: "float32" },
  });
}
