import json from "./jobSpecFields.json" with { type: "json" };

/** The place of a field in a job's spec, like `training.steps`. */
export type JobSpecPath = keyof typeof json;

/** What every field tells a form. */
type Described = {
  path: JobSpecPath;
  label: string;
  /** What it is counted in. */
  unit: string;
  /** What it does, in a sentence or two. */
  sentence: string;
};

/** A number of a job's spec. */
export type NumberField = Described & {
  /** "integer" where only whole numbers are meant. */
  kind: "integer" | "number";
  minimum: number;
  maximum: number;
  default: number;
};

/** Something that a job does or does not. */
export type FlagField = Described & { kind: "flag"; default: boolean };

/** One of several words. */
export type ChoiceField = Described & { kind: "choice"; choices: readonly string[]; default: string };

/** One field of a job's spec, as a form shows it. */
export type JobSpecField = NumberField | FlagField | ChoiceField;

/**
 * Every field of a job's spec that somebody chooses, by its path: kind, range or choices, default, unit and sentence.
 * `jobSpecFields.json` is the one place where they stand; the trainer reads the same file.
 */
export const JOB_SPEC_FIELDS = Object.fromEntries(
  Object.entries(json).map(([path, field]) => [path, { path, ...field }]),
) as unknown as Readonly<Record<JobSpecPath, JobSpecField>>;

/**
 * The least tolerance of a job in bfloat16: below it, honest runs on other hardware would be taken for cheats, and an
 * honest trainer would lose its bond.
 */
export const BFLOAT16_LEAST_TOLERANCE = json["tolerance.relativeDistance"].minimumWithBfloat16;

/** All paths, in the order in which a form shows them. */
export const JOB_SPEC_PATHS = Object.keys(json) as JobSpecPath[];
