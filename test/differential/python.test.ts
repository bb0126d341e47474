import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { canonicalDigest, canonicalJson } from "@openledger/sdk/canonicalJson";
import { jobSpecDigest, parseJobSpec, writeField } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS } from "@openledger/sdk/jobSpecFields";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, parsePairs } from "../../node/src/files/text.ts";
import { wordText } from "../../node/src/files/wordDocument.ts";
import { wordParts, zipOf } from "../../node/src/testing/hostileFiles.ts";
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

test("trainers read of JSONL what validators judge, and refuse the same lines", () => {
  const pair = { prompt: "a", response: "b", question: "c", answer: "d" };
  const messages = [
    { role: "user", content: "e" },
    { role: "assistant", content: "f" },
  ];
  const texts = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("a", " b ", "[{[{", '"\\', "\ud800", "\u001c", "a\u2028b") },
    fc.constantFrom("", " ", "\u0085", "\ufeff", "\u2028", 7, null),
  );
  const records = fc.record(
    {
      prompt: texts,
      response: texts,
      question: texts,
      answer: texts,
      messages: fc.constantFrom(messages, [], "x"),
    },
    { requiredKeys: [] },
  );
  const others = fc.constantFrom(
    ...["NaN", "-Infinity", "1e999", "-0", "01", "1.", "9".repeat(5_000), '"\\u12"', '"\\x"', '"\t"', "[,]"],
    ...[31, 32, 900, 5_000].map((levels) => "[".repeat(levels) + "]".repeat(levels)),
  );
  const lines = fc.oneof(
    records.map((record) => JSON.stringify(record)),
    fc
      .tuple(records, others)
      .map(([record, other]) => JSON.stringify({ x: 0, ...record }).replace('"x":0', `"x":${other}`)),
    fc.constantFrom(
      '{"prompt":"x","response":"y","prompt":"z"}',
      '\ufeff{"prompt":"x","response":"y"}',
      "\u00a0",
      " ",
      "[]",
    ),
  );
  const ends = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\n\u2028\n");
  const files = fc
    .tuple(fc.constantFrom("", "\ufeff"), lines, ends, lines, ends)
    .map((parts) => parts.join(""));
  const inputs = [JSON.stringify(pair), ...fc.sample(files, 600)];
  const program = `
import json, sys
from openledger_trainer.documents import Unreadable, plain_text
from openledger_trainer.json_lines import turns_of
def read(text):
    try:
        return [[turn.question, turn.answer] for turn in turns_of(plain_text(text.encode()))] or None
    except Unreadable:
        return None
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`;
  // Half a pair of surrogates is no text: where one is learnt or judged, something stands for it.
  const spoken = (text: string) => text.trim().replaceAll("\ud800", "?");
  const judged = inputs.map((text) => {
    try {
      return parsePairs(decodeText(Buffer.from(text))).map(({ prompt, response }) => [
        spoken(prompt),
        spoken(response),
      ]);
    } catch {
      return null;
    }
  });
  const learnt = python(program, inputs);
  expect(learnt).toEqual(judged);
  expect(judged.filter((pairs) => pairs !== null).length).toBeGreaterThan(20);
});

test("trainers read of a Word document what validators judge", async () => {
  const run = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const box = (text: string) => `<w:txbxContent>${run(text)}</w:txbxContent>`;
  const space = 'xmlns:v="urn:schemas-microsoft-com:vml"';
  const both = `<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>${box("New.")}</mc:Choice><mc:Fallback><w:pict><v:shape ${space}><v:textbox>${box("Old.")}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>`;
  const cell = (merge: string, text: string) =>
    `<w:tr><w:tc><w:tcPr><w:vMerge${merge}/></w:tcPr>${run(text)}</w:tc></w:tr>`;
  const table = `<w:tbl>${cell(' w:val="restart"', "Seen.")}${cell("", "Covered.")}<w:tr><w:trPr><w:del/></w:trPr><w:tc>${run("Gone.")}</w:tc></w:tr></w:tbl>`;
  const inline =
    "</w:t><w:tab/><w:noBreakHyphen/></w:r><w:del><w:r><w:t>Deleted.</w:t></w:r></w:del><w:ins><w:r><w:t>Put in.</w:t></w:r></w:ins><w:r><w:t>";
  const after = `</w:t></w:r></w:p>${table}<w:sdt><w:sdtPr/><w:sdtContent>${run("Held.")}</w:sdtContent></w:sdt><w:unknown>${run("No.")}</w:unknown><w:p><w:r><w:t>`;
  const documents = [
    zipOf(wordParts(`Before${inline}between</w:t>${both}<w:t>behind${after}Last.`)),
    readFileSync(new URL("scripts/demo/files/text/shrew-extract.docx", root)),
  ];
  const program = `
import base64, json, sys
from openledger_trainer.documents import text_of
print(json.dumps([text_of(base64.b64decode(data)) for data in json.load(sys.stdin)]))`;
  const learnt = python(
    program,
    documents.map((bytes) => bytes.toString("base64")),
  ) as string[];
  const together = (text: string) => text.replace(/\s+/g, "");
  const judged = await Promise.all(documents.map(wordText));
  expect(learnt.map(together)).toEqual(judged.map(together));
  expect(together(judged[0] ?? "")).toContain("behindOld.Seen.Held.Last.");
});
