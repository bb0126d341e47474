import { bytesToString, type Hex, sha256 } from "viem";
import { z } from "zod";
import { type Attestation, differingFields } from "./attestation.ts";
import { canonicalBytes, canonicalJson } from "./canonicalJson.ts";
import { Problem } from "./problem.ts";
import { recipeSchema } from "./recipe.ts";
import { addressSchema, bytes32Schema, cidSchema, describeIssues, integerSchema } from "./schemas.ts";

const count = integerSchema(0, Number.MAX_SAFE_INTEGER);

/** A report with more checkpoints would not fit into one block. */
export const MAX_REPORT_CHECKPOINTS = 4_096;

/** A checkpoint that a checker can replay from or compare with. */
export const reportCheckpointSchema = z.strictObject({
  step: integerSchema(0, 0xffff_ffff),
  cid: cidSchema,
  digest: bytes32Schema,
  lossMicronats: count.optional(),
});

/** What a trainer publishes about a run, so that anyone can replay and evaluate it. */
export const reportSchema = z.strictObject({
  version: z.literal(2),
  chainId: integerSchema(1, Number.MAX_SAFE_INTEGER),
  training: addressSchema,
  job: integerSchema(1, 2 ** 40 - 1),
  trainer: addressSchema,
  specDigest: bytes32Schema,
  baseDigest: bytes32Schema,
  /** What was committed before training. */
  recipe: recipeSchema,
  adapterCid: cidSchema,
  adapterDigest: bytes32Schema,
  transcriptCid: cidSchema,
  transcriptHead: bytes32Schema,
  lossBeforeMicronats: count,
  lossAfterMicronats: count,
  tokens: count,
  steps: integerSchema(1, 0xffff_ffff),
  /** The step whose adapter was kept: the last, or the best of a run that may stop early. */
  keptStep: integerSchema(1, 0xffff_ffff),
  /** Why no more steps were made. */
  ended: z.enum(["steps", "early-stop", "diverged"]),
  /** The index that tells which data shaped an answer, where the trainer made one. */
  attribution: z.strictObject({ cid: cidSchema, digest: bytes32Schema }).nullable(),
  checkpoints: z.array(reportCheckpointSchema).max(MAX_REPORT_CHECKPOINTS),
  /** Software and hardware of the run, as the trainer's worker tells them. */
  environment: z.record(z.string().max(64), z.json()),
});

export type Report = z.output<typeof reportSchema>;
export type ReportCheckpoint = z.output<typeof reportCheckpointSchema>;

/** A report that nests deeper than this is refused: no environment has that many levels. */
const MAX_LEVELS = 64;

/** A report longer than this is refused before it is read: it has to fit into one block. */
export const MAX_REPORT_BYTES = 1_048_576;

/**
 * A report from a JSON value.
 *
 * @throws {Problem} `bad-report` naming every field that is wrong.
 */
export function parseReport(value: unknown): Report {
  // What follows calls itself for each level.
  if (nestsDeeper(value, MAX_LEVELS)) throw badReport(`it nests deeper than ${MAX_LEVELS} levels`);
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) throw badReport(describeIssues(parsed.error));
  return parsed.data;
}

/** The canonical spelling of a report: the raw block that is published. */
export function reportBytes(report: Report): Uint8Array {
  return canonicalBytes(parseReport(report));
}

/** sha256 of the canonical report, as it stands in the attestation. */
export function reportDigest(report: Report): Hex {
  return sha256(reportBytes(report));
}

/**
 * The attestation that belongs to a report.
 *
 * @example
 * await wallet.writeContract({ ...training, functionName: "attest", args: [job, attestationOf(report)] });
 */
export function attestationOf(report: Report): Attestation {
  return {
    adapterDigest: report.adapterDigest,
    transcriptHead: report.transcriptHead,
    reportDigest: reportDigest(report),
    lossBeforeMicronats: BigInt(report.lossBeforeMicronats),
    lossAfterMicronats: BigInt(report.lossAfterMicronats),
    tokens: BigInt(report.tokens),
    steps: report.steps,
  };
}

/**
 * A report from bytes that somebody served, checked against the attestation from the chain.
 *
 * @throws {Problem} `wrong-digest` for other bytes; `bad-report` when they are no canonical report or disagree with
 * the attestation.
 */
export function readReport(bytes: Uint8Array, attestation: Attestation): Report {
  if (bytes.length > MAX_REPORT_BYTES)
    throw badReport(`${bytes.length} bytes are more than ${MAX_REPORT_BYTES}`);
  const digest = sha256(bytes);
  if (digest !== attestation.reportDigest.toLowerCase()) {
    throw new Problem(
      "wrong-digest",
      `The report's sha256 is ${digest}, not ${attestation.reportDigest}.`,
      "Ask another gateway for the report.",
      { values: { digest, expected: attestation.reportDigest } },
    );
  }
  const text = bytesToString(bytes);
  const report = parseReport(parseJson(text));
  if (canonicalJson(report) !== text) throw badReport("it is not in its canonical spelling");
  const differing = differingFields(attestationOf(report), attestation);
  if (differing.length > 0) throw badReport(`it differs from the attestation in ${differing.join(", ")}`);
  return report;
}

function nestsDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badReport("it is not JSON");
  }
}

function badReport(what: string): Problem {
  return new Problem(
    "bad-report",
    `The report is not valid: ${what}.`,
    "Reject the attestation: nobody can check it.",
  );
}
