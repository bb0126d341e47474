import { bytesToString, type Hex, sha256 } from "viem";
import { z } from "zod";
import { canonicalBytes, canonicalJson } from "./canonicalJson.ts";
import { JOB_SPEC_FIELDS, type JobSpecField } from "./jobSpecFields.ts";
import { Problem } from "./problem.ts";
import { bytes32Schema, describeIssues, integerSchema } from "./schemas.ts";

const numberOf = (path: JobSpecField["path"]) => {
  const { minimum, maximum, whole } = JOB_SPEC_FIELDS[path];
  const schema = z.number().min(minimum).max(maximum);
  return whole ? schema.int() : schema;
};

/** A dataset version: the accepted files of the first `versionCount` links of a Datanet's hash chain. */
export const datasetSchema = z.strictObject({
  datanet: integerSchema(1, 0xffff_ffff),
  versionCount: integerSchema(1, 2 ** 40 - 1),
  versionHead: bytes32Schema,
});

/** What a training job does. Its canonical spelling is stored as one raw block named by its digest. */
export const jobSpecSchema = z
  .strictObject({
    version: z.literal(1),
    base: z.strictObject({
      name: z.string().min(1).max(128),
      family: z.string().min(1).max(32),
      baseDigest: bytes32Schema,
    }),
    datasets: z.array(datasetSchema).min(1).max(16),
    method: z.literal("lora"),
    lora: z.strictObject({
      rank: numberOf("lora.rank"),
      alpha: numberOf("lora.alpha"),
      dropout: numberOf("lora.dropout"),
    }),
    training: z.strictObject({
      steps: numberOf("training.steps"),
      batchSize: numberOf("training.batchSize"),
      learningRate: numberOf("training.learningRate"),
      cutoffTokens: numberOf("training.cutoffTokens"),
      checkpointEverySteps: numberOf("training.checkpointEverySteps"),
      seed: numberOf("training.seed"),
      threads: numberOf("training.threads"),
      dtype: z.literal("float32"),
    }),
    evaluation: z.strictObject({ heldOutBps: numberOf("evaluation.heldOutBps") }),
    tolerance: z.strictObject({ relativeDistance: numberOf("tolerance.relativeDistance") }),
    parentRelease: integerSchema(1, 2 ** 40 - 1).nullable(),
  })
  .refine(({ training }) => training.checkpointEverySteps <= training.steps, {
    path: ["training", "checkpointEverySteps"],
    message: "A checkpoint is due after more steps than the job has.",
  })
  .refine(({ datasets }) => new Set(datasets.map(({ datanet }) => datanet)).size === datasets.length, {
    path: ["datasets"],
    message: "A Datanet is named twice.",
  });

export type JobSpec = z.output<typeof jobSpecSchema>;
export type Dataset = z.output<typeof datasetSchema>;

/** A spec longer than this is refused before it is read. */
export const MAX_JOB_SPEC_BYTES = 16_384;

/**
 * A spec with the default of every number, for a form to start from.
 *
 * @example
 * const spec = defaultJobSpec({ base: { name, family, baseDigest }, datasets: [{ datanet, versionCount, versionHead }] });
 */
export function defaultJobSpec(
  parameters: Pick<JobSpec, "base" | "datasets"> & { parentRelease?: number },
): JobSpec {
  const value = (path: JobSpecField["path"]) => JOB_SPEC_FIELDS[path].default;
  return {
    version: 1,
    base: parameters.base,
    datasets: parameters.datasets,
    method: "lora",
    lora: { rank: value("lora.rank"), alpha: value("lora.alpha"), dropout: value("lora.dropout") },
    training: {
      steps: value("training.steps"),
      batchSize: value("training.batchSize"),
      learningRate: value("training.learningRate"),
      cutoffTokens: value("training.cutoffTokens"),
      checkpointEverySteps: value("training.checkpointEverySteps"),
      seed: value("training.seed"),
      threads: value("training.threads"),
      dtype: "float32",
    },
    evaluation: { heldOutBps: value("evaluation.heldOutBps") },
    tolerance: { relativeDistance: value("tolerance.relativeDistance") },
    parentRelease: parameters.parentRelease ?? null,
  };
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
