import { sha256, stringToBytes } from "viem";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonicalJson.ts";
import {
  defaultJobSpec,
  type JobSpec,
  jobSpecBytes,
  jobSpecDigest,
  parseJobSpec,
  readField,
  readJobSpec,
  writeField,
} from "./jobSpec.ts";
import { BFLOAT16_LEAST_TOLERANCE, JOB_SPEC_FIELDS, type JobSpecPath } from "./jobSpecFields.ts";

const spec = defaultJobSpec({
  base: { name: "openledger-gpt2-tiny", family: "gpt2", baseDigest: `0x${"0a".repeat(32)}` },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"0b".repeat(32)}` }],
});

/** The spec with one field changed, by its path. */
function change(path: JobSpecPath, value: unknown): unknown {
  const changed: Record<string, unknown> = { ...spec };
  writeField(changed, path, value);
  return changed;
}

describe("fields", () => {
  test.each(Object.values(JOB_SPEC_FIELDS))(
    "$path: its default is taken, what lies outside is refused, it is described",
    (field) => {
      expect(readField(spec, field.path)).toBe(field.default);
      expect(field.sentence).toMatch(/^[A-Z].+\.$/);
      const others =
        field.kind === "flag"
          ? ["yes", 1]
          : field.kind === "choice"
            ? ["none of them", 0]
            : [
                field.maximum + 1,
                field.minimum - 1,
                ...(field.kind === "integer" ? [field.default + 0.5] : []),
              ];
      for (const other of others) expect(() => parseJobSpec(change(field.path, other))).toThrow(field.path);
    },
  );
});

describe("spec", () => {
  test("the defaults are valid", () => {
    expect(parseJobSpec(spec)).toEqual(spec);
  });
  test("the digest does not depend on the order of keys", () => {
    const reversed = Object.fromEntries(Object.entries(spec).toReversed()) as JobSpec;
    expect(jobSpecDigest(reversed)).toBe(jobSpecDigest(spec));
    expect(jobSpecDigest(spec)).toBe(sha256(stringToBytes(canonicalJson(spec))));
  });
  test("the length is given once: in steps or in epochs", () => {
    const { training } = spec;
    for (const [steps, epochs] of [
      [5, 3],
      [0, 0],
    ])
      expect(() => parseJobSpec({ ...spec, training: { ...training, steps, epochs } })).toThrow(
        "Either the steps or the epochs",
      );
    expect(() => parseJobSpec({ ...spec, training: { ...training, steps: 5, epochs: 0 } })).not.toThrow();
  });
  test("a tolerance that honest trainers could not keep is refused, and the one to choose is named", () => {
    expect(() => parseJobSpec(change("tolerance.relativeDistance", 0))).toThrow("tolerance.relativeDistance");
    expect(() => parseJobSpec(change("tolerance.relativeDistance", 0.000_9))).toThrow(">=0.001");
    expect(() => parseJobSpec(change("training.dtype", "bfloat16"))).toThrow(
      "In bfloat16 the tolerance must be 0.05 or more, so that honest machines agree; choose 0.05",
    );
    const fitting = { ...spec, training: { ...spec.training, dtype: "bfloat16" } };
    expect(() => parseJobSpec({ ...fitting, tolerance: { relativeDistance: 0.05 } })).not.toThrow();
    expect(JOB_SPEC_FIELDS["tolerance.relativeDistance"].sentence).toContain(
      `bfloat16 needs ${BFLOAT16_LEAST_TOLERANCE} or more`,
    );
  });
  test("a Datanet is named once", () => {
    expect(() => parseJobSpec({ ...spec, datasets: [...spec.datasets, ...spec.datasets] })).toThrow(
      "named twice",
    );
    expect(() => parseJobSpec({ ...spec, datasets: [] })).toThrow("datasets");
  });
  test("packing is refused where the family cannot keep the examples of a row apart", () => {
    const packed = { ...spec, training: { ...spec.training, packing: true } };
    expect(() => parseJobSpec(packed)).not.toThrow();
    expect(() => parseJobSpec({ ...packed, base: { ...spec.base, family: "bloom" } })).toThrow(
      "training.packing: Models of this family",
    );
  });
  test("other methods and unknown fields are refused", () => {
    expect(() => parseJobSpec({ ...spec, method: "full" })).toThrow("method");
    expect(() => parseJobSpec({ ...spec, extra: 1 })).toThrow("extra");
  });
  test("is read back from its canonical bytes only", () => {
    expect(readJobSpec(jobSpecBytes(spec), jobSpecDigest(spec))).toEqual(spec);
    expect(() => readJobSpec(jobSpecBytes(spec), `0x${"00".repeat(32)}`)).toThrow("The spec's sha256 is");
    const loose = stringToBytes(JSON.stringify(spec, null, 2));
    expect(() => readJobSpec(loose, sha256(loose))).toThrow("canonical spelling");
  });
});
