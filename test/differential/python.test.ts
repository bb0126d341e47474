import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { canonicalDigest, canonicalJson } from "@openledger/sdk/canonicalJson";
import { jobSpecDigest, parseJobSpec, writeField } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "@openledger/sdk/jobSpecFields";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes32 } from "./arbitraries.ts";

const root = new URL("../../", import.meta.url);

/** Run Python with the trainer's package: JSON in, JSON out, one process for all inputs. */
function python(program: string, inputs: readonly unknown[]): unknown {
  const executable = process.env.PYTHON ?? fileURLToPath(new URL(".venv/bin/python", root));
  const output = execFileSync(executable, ["-c", program], {
    input: JSON.stringify(inputs),
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: fileURLToPath(new URL("trainer", root)), PYTHONUTF8: "1" },
  });
  return JSON.parse(output);
}

test("both languages spell a JSON value alike, and so agree on every digest", () => {
  // Integers that a double does not hold are refused by both; -0 is written as 0.
  const numbers = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => Math.abs(value) < 2 ** 53),
    fc.double({ noNaN: true, min: -1e-5, max: 1e-5 }),
  );
  const text = fc.string({ unit: "grapheme", maxLength: 8 });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      numbers,
      text,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4 }),
    ),
  }));
  const values = [
    1e-7,
    1e-6,
    0.1,
    1e20 / 1e6,
    "\u2028\u007f\u0000",
    { "\u{1F600}": 1, "\uFB33": 2 },
    ...fc.sample(value, 500),
  ];
  const program = `
import json, sys
from openledger_trainer.canonical import canonical_json, digest_of
print(json.dumps([[canonical_json(v), digest_of(v)] for v in json.load(sys.stdin)]))`;
  expect(python(program, values)).toEqual(values.map((one) => [canonicalJson(one), canonicalDigest(one)]));
});

test("the trainer takes the specs that the sdk takes and no others, with the same digest", () => {
  const values = JOB_SPEC_PATHS.map((path): fc.Arbitrary<unknown> => {
    const field = JOB_SPEC_FIELDS[path];
    if (field.kind === "flag") return fc.boolean();
    if (field.kind === "choice") return fc.constantFrom(...field.choices);
    if (field.kind === "integer") return fc.integer({ min: field.minimum, max: field.maximum });
    return fc.double({ min: field.minimum, max: field.maximum, noNaN: true }).map((value) => value + 0);
  });
  const id = fc.integer({ min: 1, max: 0xffff_ffff });
  const parts = fc.record({
    version: fc.constant(2),
    base: fc.record({
      name: fc.string({ minLength: 1, maxLength: 128 }),
      family: fc.string({ minLength: 1, maxLength: 32 }),
      baseDigest: bytes32,
    }),
    datasets: fc.uniqueArray(fc.record({ datanet: id, versionCount: id, versionHead: bytes32 }), {
      minLength: 1,
      maxLength: 16,
      selector: ({ datanet }) => datanet,
    }),
    parentRelease: fc.option(id),
  });
  const specs = fc.tuple(parts, fc.tuple(...values), fc.boolean()).map(([named, chosen, byEpochs]) => {
    const spec: Record<string, unknown> = { ...named };
    for (const [index, path] of JOB_SPEC_PATHS.entries()) writeField(spec, path, chosen[index]);
    writeField(spec, "training.steps", byEpochs ? 0 : 7);
    writeField(spec, "training.epochs", byEpochs ? 2 : 0);
    return spec;
  });
  const inputs = fc.sample(specs, 100);
  const program = `
import json, sys
from openledger_trainer.errors import TrainerError
from openledger_trainer.spec import JobSpec
def digest(value):
    try:
        return JobSpec.parse(value).digest
    except TrainerError:
        return None
print(json.dumps([digest(value) for value in json.load(sys.stdin)]))`;
  const digests = inputs.map((spec) => {
    try {
      return jobSpecDigest(parseJobSpec(spec));
    } catch {
      return null;
    }
  });
  // A tolerance that is too low for bfloat16 is among them.
  expect(digests).toContain(null);
  expect(python(program, inputs)).toEqual(digests);
});
