import { readFileSync } from "node:fs";
import { blockNameOf, isCid } from "@openledger/sdk/cid";
import { linksOfFileNode } from "@openledger/sdk/content/fetchFile";
import { startsLike } from "@openledger/sdk/content/mediaType";
import { verifyManifest } from "@openledger/sdk/content/verify";
import { isListed, listProofOf, listRootOf } from "@openledger/sdk/contributorList";
import { explainError, explainRevert } from "@openledger/sdk/errors";
import { FORMATS, formatOfName } from "@openledger/sdk/formats";
import { packReasons, unpackReasons, unpackWord } from "@openledger/sdk/grades";
import { jobSpecDigest, parseJobSpec, readJobSpec } from "@openledger/sdk/jobSpec";
import { leavesOf, leavesRootOf, verifyLeaf } from "@openledger/sdk/leaves";
import { fileNameSchema, manifestDigest, parseManifest, readManifest } from "@openledger/sdk/manifest";
import { parseOpen } from "@openledger/sdk/openTokenFormat";
import { mostFrequentReason, reasonOfCode } from "@openledger/sdk/reasons";
import { attestationOf, parseReport, readReport } from "@openledger/sdk/report";
import { addressSchema, bytes32Schema, cidSchema } from "@openledger/sdk/schemas";
import { checkSubmission } from "@openledger/sdk/submission";
import { sampleReport as report } from "@openledger/sdk/testing/sampleReport";
import fc from "fast-check";
import { type Hex, sha256, toBytes } from "viem";
import { openArchive } from "../src/files/archive.ts";
import { decodeBitmap } from "../src/files/bitmap.ts";
import { checkHidden, endOf } from "../src/files/hidden.ts";
import { junkBytes } from "../src/files/mpeg.ts";
import { decodeText, parsePairs } from "../src/files/text.ts";
import { parseWave, waveSamples } from "../src/files/wave.ts";
import { waveOf, wordParts, zipOf } from "../src/testing/hostileFiles.ts";
import { CONTRIBUTOR, jobSpec, manifest, submission } from "./documents.ts";
import { deepJson, deepWithin, mutatedFile, mutatedJson, oddValue } from "./mutations.ts";
import { type Target, target } from "./target.ts";

const demo = new URL("../../scripts/demo/files/", import.meta.url).pathname;
const demoFile = (path: string) => readFileSync(`${demo}${path}`);

const texts = ["text/coriolanus-opening.txt", "text/balcony-scene.md"].map(demoFile);
const pairs = demoFile("text/word-problems-01.jsonl");
const utf16 = [Buffer.from("\ufeffOnce upon a time", "utf16le"), Buffer.from("Once upon a time", "utf16le")];
const frame = Buffer.concat([Buffer.from("fffb9064", "hex"), Buffer.alloc(413)]);
const mp3 = Buffer.concat([
  Buffer.from("ID3\u0003\u0000\u0000\u0000\u0000\u0000\u0010", "latin1"),
  Buffer.alloc(16),
  frame,
  frame,
  frame,
]);

/** A bitmap of 24 bits a pixel. */
function bitmap(): Buffer {
  const bytes = Buffer.alloc(54 + 24 * 5, 90).fill(0, 2, 54);
  bytes.write("BM", 0, "latin1");
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(7, 18);
  bytes.writeInt32LE(5, 22);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** JSON text as a stranger's server may send it: of a value with faults, of great depth, and with faults in its bytes. */
function jsonBytes(original: unknown): fc.Arbitrary<Uint8Array> {
  const text = mutatedJson(original).map((value) => JSON.stringify(value) ?? "");
  return fc.oneof(
    text.map((json) => toBytes(json)),
    fc.oneof(deepJson, deepWithin(original)).map((json) => toBytes(json)),
    mutatedFile([Buffer.from(JSON.stringify(original))]),
  );
}

const conversation = [
  { role: "system", content: "a" },
  { role: "user", content: "b" },
  { role: "assistant", content: "c" },
];

const fileParsers: Target[] = [
  target("text", 8_000, mutatedFile([...texts, ...utf16]), decodeText),
  target("jsonl", 8_000, mutatedFile([pairs]), (bytes) => parsePairs(bytes.toString())),
  target(
    "jsonl-lines",
    4_000,
    fc.oneof(
      deepJson,
      mutatedJson({ prompt: "a", response: "b" }).map((value) => JSON.stringify(value) ?? ""),
      mutatedJson({ messages: conversation }).map((value) => JSON.stringify(value) ?? ""),
    ),
    parsePairs,
  ),
  target(
    "wave",
    8_000,
    mutatedFile([demoFile("audio/0_george_0.wav"), waveOf(Buffer.alloc(64))]),
    (bytes) => {
      const wave = parseWave(bytes);
      waveSamples(
        bytes,
        wave,
        0,
        Math.min(500, Math.floor(wave.dataBytes / ((wave.bits / 8) * wave.channels))),
      );
    },
  ),
  target("bitmap", 8_000, mutatedFile([bitmap()]), (bytes) => decodeBitmap(bytes, 1_000_000)),
  target(
    "archive",
    4_000,
    mutatedFile([zipOf(wordParts("Hello")), demoFile("text/shrew-extract.docx")]),
    (bytes) => openArchive(bytes),
  ),
  target("mp3-frames", 4_000, mutatedFile([mp3]), junkBytes),
  target(
    "hidden-content",
    6_000,
    fc.record({
      bytes: mutatedFile(
        ["image/rocket.jpg", "image/camera.png", "image/coffee.webp", "text/tempest-extract.pdf"].map(
          demoFile,
        ),
      ),
      mediaType: fc.constantFrom(...FORMATS.map((format) => format.mediaType)),
    }),
    ({ bytes, mediaType }) => checkHidden(bytes, mediaType, endOf(bytes, mediaType)),
  ),
];

/** Whatever its arguments are, it must answer: most of what calls it passes on what strangers wrote. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  oddValue.map((value) => JSON.stringify(value) ?? ""),
);

const sdkParsers: Target[] = [
  target("manifest", 4_000, mutatedJson(manifest), parseManifest),
  target("manifest-bytes", 3_000, jsonBytes(manifest), (bytes) => readManifest(bytes, sha256(bytes))),
  target("manifest-on-chain", 2_000, jsonBytes(manifest), (bytes) =>
    verifyManifest(bytes, { root: `0x${"00".repeat(32)}`, manifestDigest: sha256(bytes) }),
  ),
  target("submission", 3_000, mutatedJson(manifest), (value) => {
    const parsed = parseManifest(value);
    checkSubmission({ ...submission, manifestDigest: manifestDigest(parsed) } as never, parsed);
  }),
  target("leaves", 2_000, mutatedJson(manifest), (value) => {
    const parsed = parseManifest(value);
    const leaves = leavesOf(parsed.contributor, parsed.files);
    const [leaf] = leaves;
    if (leaf !== undefined) verifyLeaf(leavesRootOf(leaves), leaf, [parsed.files[0]?.salt as Hex]);
  }),
  target("job-spec", 3_000, mutatedJson(jobSpec), (value) => jobSpecDigest(parseJobSpec(value))),
  target("job-spec-bytes", 2_000, jsonBytes(jobSpec), (bytes) => readJobSpec(bytes, sha256(bytes))),
  target("report", 3_000, mutatedJson(report), parseReport),
  target("report-bytes", 2_000, jsonBytes(report), (bytes) =>
    readReport(bytes, { ...attestationOf(report), reportDigest: sha256(bytes) }),
  ),
  target("file-name", 4_000, anyText, (name) => {
    const parsed = fileNameSchema.safeParse(name);
    formatOfName(name);
    // What was taken once is taken again, and is the same.
    if (parsed.success && fileNameSchema.parse(parsed.data) !== parsed.data)
      throw new Error("Two spellings.");
  }),
  target("schemas", 4_000, oddValue, (value) => {
    for (const schema of [addressSchema, bytes32Schema, cidSchema]) schema.safeParse(value);
  }),
  target("cid", 3_000, anyText, (text) => (isCid(text) ? blockNameOf(text) : blockNameOf(`bafkrei${text}`))),
  target("open-amount", 3_000, anyText, parseOpen),
  target(
    "contributor-list",
    1_500,
    fc.array(fc.constantFrom(CONTRIBUTOR, manifest.datanets, report.training), { maxLength: 40 }),
    (list) => {
      const root = listRootOf(list as Hex[]);
      if (list.length > 0 && !isListed(root, list[0] as Hex, listProofOf(list as Hex[], list[0] as Hex)))
        throw new Error("A listed contributor is not found.");
    },
  ),
  target(
    "list-proof",
    1_500,
    fc.array(
      fc.oneof(
        fc.string().map((text) => `0x${text}`),
        fc.constant(`0x${"00".repeat(32)}`),
      ),
    ),
    (proof) => isListed(`0x${"01".repeat(32)}`, CONTRIBUTOR, proof as Hex[]),
  ),
  target(
    "reasons",
    3_000,
    fc.record({
      word: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      items: fc.nat(128),
      bytes: fc.uint8Array({ maxLength: 128 }),
      code: fc.integer(),
    }),
    ({ word, items, bytes, code }) => {
      unpackWord(word, items);
      unpackReasons(word, items, `0x${Buffer.from(bytes).toString("hex")}`);
      unpackReasons(
        word,
        items,
        packReasons(word, items, () => code & 255),
      );
      mostFrequentReason([code, ...bytes]);
      reasonOfCode(code);
    },
  ),
  target(
    "file-node",
    3_000,
    mutatedFile([Buffer.from("0a080802120361626318031a", "hex"), Buffer.from("0a020801", "hex")]),
    (bytes) => linksOfFileNode(manifest.files[0]?.cid ?? "", bytes),
  ),
  target("media-type", 2_000, fc.tuple(anyText, mutatedFile(texts)), ([mediaType, head]) =>
    startsLike(mediaType, head),
  ),
  target("revert", 2_000, fc.uint8Array({ maxLength: 100 }), (bytes) => {
    explainRevert(`0x${Buffer.from(bytes).toString("hex")}`);
    explainError(new Error(Buffer.from(bytes).toString("latin1")));
  }),
];

/** Everything that turns bytes, texts and values of strangers into values of our own. */
export const parserTargets: readonly Target[] = [...fileParsers, ...sdkParsers];
