import { bytesToString, type Hex, sha256 } from "viem";
import { z } from "zod";
import { canonicalBytes, canonicalJson } from "./canonicalJson.ts";
import {
  BFLOAT16_LEAST_TOLERANCE,
  JOB_SPEC_FIELDS,
  JOB_SPEC_PATHS,
  type JobSpecField,
  type JobSpecPath,
  type NumberField,
} from "./jobSpecFields.ts";
import limits from "./jobSpecLimits.json" with { type: "json" };
import { Problem } from "./problem.ts";
import { bytes32Schema, describeIssues, integerSchema } from "./schemas.ts";

/** The field of a path; a path of another kind is a mistake of this file. */
function fieldOf<Kind extends JobSpecField["kind"]>(path: JobSpecPath, ...kinds: Kind[]) {
  const field = JOB_SPEC_FIELDS[path];
  if (!(kinds as string[]).includes(field.kind)) throw new TypeError(`${path} is a ${field.kind}.`);
  return field as Extract<JobSpecField, { kind: Kind }>;
}

function numberOf(path: JobSpecPath) {
  const { kind, minimum, maximum } = fieldOf(path, "integer", "number") as NumberField;
  const schema = z.number().min(minimum).max(maximum);
  return kind === "integer" ? schema.int() : schema;
}

function flagOf(path: JobSpecPath) {
  fieldOf(path, "flag");
  return z.boolean();
}

function choiceOf(path: JobSpecPath) {
  return z.enum([...fieldOf(path, "choice").choices] as [string, ...string[]]);
}

/** Whether several examples may share a row of this family's models without seeing each other. */
function canPack(family: string): boolean {
  return !limits.familiesWithoutPacking.includes(family);
}

/** A job trains on so many Datanets at most. */
export const MOST_DATASETS = limits.mostDatasets;

/** A dataset version: the accepted files of the first `versionCount` links of a Datanet's hash chain. */
export const datasetSchema = z.strictObject({
  datanet: integerSchema(1, limits.largestDatanet),
  versionCount: integerSchema(1, limits.largestVersionCount),
  versionHead: bytes32Schema,
});

/**
 * What a training job does. `jobSpecFields.json` and `jobSpecLimits.json` say what is allowed; the trainer reads the same
 * files. Its canonical spelling is stored as one raw block named by its digest.
 */
export const jobSpecSchema = z
  .strictObject({
    version: z.literal(2),
    base: z.strictObject({
      name: z.string().min(1).max(limits.longestBaseName),
      family: z.string().min(1).max(limits.longestFamily),
      baseDigest: bytes32Schema,
    }),
    datasets: z.array(datasetSchema).min(1).max(MOST_DATASETS),
    method: choiceOf("method"),
    lora: z.strictObject({
      rank: numberOf("lora.rank"),
      alpha: numberOf("lora.alpha"),
      dropout: numberOf("lora.dropout"),
      targets: choiceOf("lora.targets"),
      useRslora: flagOf("lora.useRslora"),
      useDora: flagOf("lora.useDora"),
    }),
    training: z.strictObject({
      steps: numberOf("training.steps"),
      epochs: numberOf("training.epochs"),
      batchSize: numberOf("training.batchSize"),
      accumulation: numberOf("training.accumulation"),
      learningRate: numberOf("training.learningRate"),
      schedule: choiceOf("training.schedule"),
      warmUpBps: numberOf("training.warmUpBps"),
      cutoffTokens: numberOf("training.cutoffTokens"),
      packing: flagOf("training.packing"),
      weightDecay: numberOf("training.weightDecay"),
      maxGradientNorm: numberOf("training.maxGradientNorm"),
      gradientCheckpointing: flagOf("training.gradientCheckpointing"),
      checkpointEverySteps: numberOf("training.checkpointEverySteps"),
      seed: numberOf("training.seed"),
      threads: numberOf("training.threads"),
      dtype: choiceOf("training.dtype"),
    }),
    evaluation: z.strictObject({
      heldOutBps: numberOf("evaluation.heldOutBps"),
      everySteps: numberOf("evaluation.everySteps"),
      patience: numberOf("evaluation.patience"),
    }),
    tolerance: z.strictObject({ relativeDistance: numberOf("tolerance.relativeDistance") }),
    parentRelease: integerSchema(1, limits.largestRelease).nullable(),
  })
  .refine(({ training }) => training.steps > 0 !== training.epochs > 0, {
    path: ["training", "steps"],
    message: "Either the steps or the epochs must be above 0, and the other 0.",
  })
  .refine(
    ({ training, tolerance }) =>
      training.dtype !== "bfloat16" || tolerance.relativeDistance >= BFLOAT16_LEAST_TOLERANCE,
    {
      path: ["tolerance", "relativeDistance"],
      message: `In bfloat16 the tolerance must be ${BFLOAT16_LEAST_TOLERANCE} or more, so that honest machines agree; choose ${BFLOAT16_LEAST_TOLERANCE}, or float32.`,
    },
  )
  .refine(({ datasets }) => new Set(datasets.map(({ datanet }) => datanet)).size === datasets.length, {
    path: ["datasets"],
    message: "A Datanet is named twice.",
  })
  .refine(({ base, training }) => !training.packing || canPack(base.family), {
    path: ["training", "packing"],
    message: "Models of this family cannot keep the examples of a row apart: switch packing off.",
  });

export type JobSpec = z.output<typeof jobSpecSchema>;
export type Dataset = z.output<typeof datasetSchema>;

/** A spec longer than this is refused before it is read. */
export const MAX_JOB_SPEC_BYTES = 16_384;

/**
 * A spec with the default of every field, for a form to start from.
 *
 * @example
 * const spec = defaultJobSpec({ base: { name, family, baseDigest }, datasets: [{ datanet, versionCount, versionHead }] });
 */
export function defaultJobSpec(
  parameters: Pick<JobSpec, "base" | "datasets"> & { parentRelease?: number },
): JobSpec {
  const groups: Record<string, unknown> = {};
  for (const path of JOB_SPEC_PATHS) writeField(groups, path, JOB_SPEC_FIELDS[path].default);
  return parseJobSpec({
    version: 2,
    base: parameters.base,
    datasets: parameters.datasets,
    ...groups,
    parentRelease: parameters.parentRelease ?? null,
  });
}

/** Put a field's value at its path into a spec that is being made. */
export function writeField(spec: Record<string, unknown>, path: JobSpecPath, value: unknown): void {
  const [group = "", name] = path.split(".");
  if (name === undefined) spec[group] = value;
  else spec[group] = { ...(spec[group] as object | undefined), [name]: value };
}

/** The value of a field in a spec. */
export function readField(spec: JobSpec, path: JobSpecPath): number | boolean | string {
  const [group = "", name] = path.split(".");
  const found = spec[group as keyof JobSpec];
  return (name === undefined ? found : (found as Record<string, unknown>)[name]) as number | boolean | string;
}

/**
 * A spec from a JSON value.
 *
 * @throws {Problem} `bad-job-spec` naming every field that is wrong.
 */
export function parseJobSpec(value: unknown): JobSpec {
  const parsed = jobSpecSchema.safeParse(value);
  if (!parsed.success) throw badSpec(describeIssues(parsed.error));
  return parsed.data;
}

/** The canonical spelling of a spec: the raw block that is published. */
export function jobSpecBytes(spec: JobSpec): Uint8Array {
  return canonicalBytes(parseJobSpec(spec));
}

/** sha256 of the canonical spec, as the job names it on the chain. */
export function jobSpecDigest(spec: JobSpec): Hex {
  return sha256(jobSpecBytes(spec));
}

/**
 * A spec from bytes that somebody served, checked against the digest from the chain.
 *
 * @throws {Problem} `wrong-digest` for other bytes; `bad-job-spec` when they are no canonical spec.
 */
export function readJobSpec(bytes: Uint8Array, digest: Hex): JobSpec {
  if (bytes.length > MAX_JOB_SPEC_BYTES)
    throw badSpec(`${bytes.length} bytes are more than ${MAX_JOB_SPEC_BYTES}`);
  const actual = sha256(bytes);
  if (actual !== digest.toLowerCase()) {
    throw new Problem(
      "wrong-digest",
      `The spec's sha256 is ${actual}, not ${digest}.`,
      "Ask another gateway for the spec.",
      { values: { actual, digest } },
    );
  }
  const text = bytesToString(bytes);
  const spec = parseJobSpec(parseJson(text));
  if (canonicalJson(spec) !== text) throw badSpec("it is not in its canonical spelling");
  return spec;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badSpec("it is not JSON");
  }
}

function badSpec(what: string): Problem {
  return new Problem(
    "bad-job-spec",
    `The job's spec is not valid: ${what}.`,
    "Change the named fields and try again.",
  );
}
