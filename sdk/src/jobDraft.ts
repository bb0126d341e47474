import { type JobSpec, parseJobSpec, readField, writeField } from "./jobSpec.ts";
import {
  BFLOAT16_LEAST_TOLERANCE,
  JOB_SPEC_FIELDS,
  JOB_SPEC_PATHS,
  type JobSpecField,
  type JobSpecPath,
} from "./jobSpecFields.ts";
import { Problem } from "./problem.ts";

/** What a person has typed or chosen for every field of a spec, as text; a flag is "true" or "false". */
export type JobDraft = Readonly<Record<JobSpecPath, string>>;

/** What a refinement takes over from the release that it starts from: its adapter has that shape. */
export const PARENT_PATHS: readonly JobSpecPath[] = ["lora.rank", "lora.targets", "lora.useDora"];

/** The fields of a spec as text: the defaults, or those of a spec that another begins with. */
export function draftOf(spec?: JobSpec): JobDraft {
  return Object.fromEntries(
    JOB_SPEC_PATHS.map((path) => [
      path,
      String(spec === undefined ? JOB_SPEC_FIELDS[path].default : readField(spec, path)),
    ]),
  ) as JobDraft;
}

/**
 * A draft with another value in one field. Another precision brings the tolerance that it needs along, unless a person
 * chose one that fits.
 */
export function changedDraft(draft: JobDraft, path: JobSpecPath, text: string): JobDraft {
  const changed = { ...draft, [path]: text };
  if (path !== "training.dtype") return changed;
  const usual = String(JOB_SPEC_FIELDS[TOLERANCE].default);
  const least = String(BFLOAT16_LEAST_TOLERANCE);
  if (text === "bfloat16" && Number(draft[TOLERANCE]) < BFLOAT16_LEAST_TOLERANCE)
    return { ...changed, [TOLERANCE]: least };
  return text === "float32" && draft[TOLERANCE] === least ? { ...changed, [TOLERANCE]: usual } : changed;
}

const TOLERANCE = "tolerance.relativeDistance" satisfies JobSpecPath;

/**
 * What is wrong with the text of a field, as a sentence, or undefined.
 *
 * @example
 * fieldFault("lora.rank", "0"); // "Rank must lie between 1 and 256 dimensions."
 */
export function fieldFault(path: JobSpecPath, text: string): string | undefined {
  const field: JobSpecField = JOB_SPEC_FIELDS[path];
  switch (field.kind) {
    case "flag":
      return text === "true" || text === "false" ? undefined : `${field.label} must be true or false.`;
    case "choice":
      return field.choices.includes(text)
        ? undefined
        : `${field.label} must be one of ${field.choices.join(", ")}.`;
    default: {
      const value = Number(text);
      if (text.trim() === "" || !Number.isFinite(value)) return `${field.label} must be a number.`;
      if (field.kind === "integer" && !Number.isInteger(value))
        return `${field.label} must be a whole number.`;
      if (value < field.minimum || value > field.maximum)
        return `${field.label} must lie between ${field.minimum} and ${field.maximum} ${field.unit}.`;
      return undefined;
    }
  }
}

/**
 * The spec of a draft.
 *
 * @throws {Problem} `bad-job-spec` naming every field that is wrong.
 */
export function specOfDraft(
  parts: Pick<JobSpec, "base" | "datasets" | "parentRelease">,
  draft: JobDraft,
): JobSpec {
  const faults = JOB_SPEC_PATHS.flatMap((path) => fieldFault(path, draft[path]) ?? []);
  if (faults.length > 0) throw new Problem("bad-job-spec", faults.join(" "), "Change these and try again.");
  const fields: Record<string, unknown> = {};
  for (const path of JOB_SPEC_PATHS) writeField(fields, path, fieldValue(path, draft[path]));
  return parseJobSpec({ version: 2, ...parts, ...fields });
}

function fieldValue(path: JobSpecPath, text: string): number | boolean | string {
  const { kind } = JOB_SPEC_FIELDS[path];
  if (kind === "flag") return text === "true";
  return kind === "choice" ? text : Number(text);
}

/** How many examples one update learns from. */
export function effectiveBatch({ training }: Pick<JobSpec, "training">): number {
  return training.batchSize * training.accumulation;
}

/**
 * About how many tokens a job trains on. A job of so many steps takes at most those of full batches; one of passes takes
 * the data so often, of which the size in bytes tells about a quarter as many tokens.
 *
 * @returns undefined for a job of passes over data of unknown size.
 */
export function tokensOfJob(
  spec: Pick<JobSpec, "training">,
  dataBytes: number | undefined,
): number | undefined {
  const { steps, epochs, cutoffTokens } = spec.training;
  if (steps > 0) return steps * effectiveBatch(spec) * cutoffTokens;
  return dataBytes === undefined ? undefined : Math.round((epochs * dataBytes) / BYTES_PER_TOKEN);
}

/** Prose of European languages in the tokens of the usual models. */
const BYTES_PER_TOKEN = 4;
