import { sha256, stringToBytes } from "viem";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonicalJson.ts";
import {
  defaultJobSpec,
  type JobSpec,
  jobSpecBytes,
  jobSpecDigest,
  parseJobSpec,
  readJobSpec,
} from "./jobSpec.ts";
import { JOB_SPEC_FIELDS } from "./jobSpecFields.ts";

const spec = defaultJobSpec({
  base: { name: "openledger-gpt2-tiny", family: "gpt2", baseDigest: `0x${"0a".repeat(32)}` },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"0b".repeat(32)}` }],
});

/** The spec with one number changed, by its path. */
function change(path: string, value: unknown): unknown {
  const [group = "", name = ""] = path.split(".");
  return { ...spec, [group]: { ...(spec[group as keyof JobSpec] as object), [name]: value } };
}

describe("fields", () => {
  test.each(Object.values(JOB_SPEC_FIELDS))(
    "$path: default within its range, range enforced, described",
    (field) => {
      expect(field.default).toBeGreaterThanOrEqual(field.minimum);
      expect(field.default).toBeLessThanOrEqual(field.maximum);
      expect(field.sentence).toMatch(/^[A-Z].+\.$/);
      expect(() => parseJobSpec(change(field.path, field.maximum + 1))).toThrow(field.path);
      expect(() => parseJobSpec(change(field.path, field.minimum - 1))).toThrow(field.path);
      if (field.whole)
        expect(() => parseJobSpec(change(field.path, field.default + 0.5))).toThrow(field.path);
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
  test("a checkpoint must come before the end", () => {
    expect(() => parseJobSpec({ ...spec, training: { ...spec.training, steps: 5 } })).toThrow(
      "A checkpoint is due after",
    );
  });
  test("a Datanet is named once", () => {
    expect(() => parseJobSpec({ ...spec, datasets: [...spec.datasets, ...spec.datasets] })).toThrow(
      "named twice",
    );
    expect(() => parseJobSpec({ ...spec, datasets: [] })).toThrow("datasets");
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
