import { type Hex, sha256, stringToBytes } from "viem";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonicalJson.ts";
import { cidOfDigest, digestOfCid } from "./cid.ts";
import { verifyContent, verifyManifest } from "./content/verify.ts";
import { leavesOf, leavesRootOf, submissionRoot } from "./leaves.ts";
import {
  fileNameSchema,
  type Manifest,
  manifestBytes,
  manifestCid,
  manifestDigest,
  parseManifest,
  readManifest,
} from "./manifest.ts";

const content = stringToBytes("A file.\n");
const manifest: Manifest = {
  version: 1,
  chainId: 31337,
  datanets: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853",
  datanet: 1,
  terms: 1,
  licence: "CC0-1.0",
  contributor: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  files: [
    {
      name: "a file.txt",
      mediaType: "text/plain",
      sizeBytes: content.length,
      sha256: sha256(content),
      salt: `0x${"05".repeat(32)}`,
      cid: cidOfDigest(sha256(content)),
    },
  ],
};
const [file] = manifest.files as [Manifest["files"][number]];
const withFile = (change: object) => ({ ...manifest, files: [{ ...file, ...change }] });

describe("canonical spelling", () => {
  test("does not depend on the order of keys or the case of digits", () => {
    const shuffled = JSON.parse(
      JSON.stringify({
        files: [{ ...file, sha256: file.sha256.toUpperCase().replace("0X", "0x") }],
        contributor: manifest.contributor.toLowerCase(),
        terms: 1,
        licence: "CC0-1.0",
        datanet: 1,
        datanets: manifest.datanets.toLowerCase(),
        chainId: 31337,
        version: 1,
      }),
    );
    expect(manifestDigest(shuffled)).toBe(manifestDigest(manifest));
  });
  test("sorts keys and writes no blanks", () => {
    expect(canonicalJson({ b: [1, 0.5], a: "ü" })).toBe('{"a":"ü","b":[1,0.5]}');
    expect(() => canonicalJson(undefined)).toThrow("cannot be written as JSON");
  });
  test("the CID names the digest", () => {
    expect(manifestCid(manifest)).toMatch(/^bafkrei/);
    expect(digestOfCid(manifestCid(manifest))).toBe(manifestDigest(manifest));
    expect(() => digestOfCid("nonsense")).toThrow('"nonsense" is not a CID.');
    expect(() => digestOfCid("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG")).toThrow("not a raw block");
  });
});

describe("bounds", () => {
  test.each([
    ["an empty file", { sizeBytes: 0 }, "files.0.sizeBytes"],
    ["10 MiB and a byte", { sizeBytes: 10_485_761 }, "files.0.sizeBytes"],
    ["a path", { name: "../a.txt" }, "files.0.name"],
    ["a control character", { name: "a\u0000.txt" }, "files.0.name"],
    ["an unknown media type", { mediaType: "application/zip" }, "files.0.mediaType"],
    ["a short digest", { sha256: "0x12" }, "files.0.sha256"],
    ["no CID", { cid: "somewhere" }, "files.0.cid"],
    ["an unknown field", { extra: 1 }, "files.0"],
  ])("%s is refused by name", (_, change, path) => {
    expect(() => parseManifest(withFile(change))).toThrow(path);
  });
  test("1 to 20 files", () => {
    expect(() => parseManifest({ ...manifest, files: [] })).toThrow("files");
    expect(parseManifest({ ...manifest, files: Array(20).fill(file) }).files).toHaveLength(20);
    expect(() => parseManifest({ ...manifest, files: Array(21).fill(file) })).toThrow("files");
  });
  test("it names the terms and their licence", () => {
    expect(() => parseManifest({ ...manifest, terms: 0 })).toThrow("terms");
    expect(() => parseManifest({ ...manifest, licence: "x".repeat(501) })).toThrow("licence");
    expect(manifestDigest({ ...manifest, licence: "MIT" })).not.toBe(manifestDigest(manifest));
  });
  test("exactly 10 MiB is fine", () => {
    expect(parseManifest(withFile({ sizeBytes: 10_485_760 })).files[0]?.sizeBytes).toBe(10_485_760);
  });
});

describe("readManifest", () => {
  const bytes = manifestBytes(manifest);
  test("takes the canonical bytes", () => {
    expect(readManifest(bytes, manifestDigest(manifest))).toEqual(manifest);
  });
  test("refuses other bytes", () => {
    expect(() => readManifest(bytes, `0x${"00".repeat(32)}`)).toThrow("The manifest's sha256 is");
  });
  test("refuses another spelling, even when its digest was signed", () => {
    const loose = stringToBytes(JSON.stringify(manifest, null, 1));
    expect(() => readManifest(loose, sha256(loose))).toThrow("not in its canonical spelling");
    const broken = stringToBytes("{");
    expect(() => readManifest(broken, sha256(broken))).toThrow("it is not JSON");
  });
});

describe("content", () => {
  test("is compared with what was signed", () => {
    expect(verifyContent(content, file)).toBeUndefined();
    expect(verifyContent(content.slice(1), file)).toBe("declared-size");
    expect(
      verifyContent(
        content.map((byte) => byte ^ 1),
        file,
      ),
    ).toBe("bytes-differ");
  });
  test("a manifest must give the root of the chain", () => {
    const onChain = {
      root: submissionRoot(
        manifest.contributor,
        leavesRootOf(leavesOf(manifest.contributor, manifest.files)),
      ),
      manifestDigest: manifestDigest(manifest),
    };
    expect(
      verifyManifest(manifestBytes(manifest), {
        ...onChain,
        contributor: manifest.contributor,
        datanet: 1,
        files: 1,
        terms: 1,
      }),
    ).toEqual(manifest);
    const wrong: Hex = `0x${"ab".repeat(32)}`;
    expect(() => verifyManifest(manifestBytes(manifest), { ...onChain, root: wrong })).toThrow(
      "which is not submission",
    );
    expect(() => verifyManifest(manifestBytes(manifest), { ...onChain, datanet: 2 })).toThrow("in Datanet 1");
    expect(() => verifyManifest(manifestBytes(manifest), { ...onChain, terms: 2 })).toThrow(
      "under its terms 1",
    );
  });
});

test.each([
  ["../../etc/passwd", "no path"],
  ["..\\windows.txt", "no path"],
  ["..", "no path"],
  ["a\u0000.txt", "no control characters"],
  ["a\n.txt", "no control characters"],
  ["con.txt", "Windows keeps for a device"],
  ["LPT1", "Windows keeps for a device"],
  ["photo\u202egpj.exe", "no invisible or turning"],
  ["a\u200b.txt", "no invisible or turning"],
  ["\ufeffa.txt", "no invisible or turning"],
  ["a\ud83d.txt", "whole characters"],
  ["notes.txt:hidden.exe", "none of"],
  ["C:notes.txt", "none of"],
  [" a.txt", "no blank"],
  ["a.txt.", "no dot"],
  [`${"€".repeat(84)}.txt`, "at most 255 bytes"],
  ["a".repeat(256), "Too big"],
  ["", "Too small"],
])("the file name %j is refused", (name, why) => {
  expect(JSON.stringify(fileNameSchema.safeParse(name).error?.issues)).toContain(why);
});

test("a file name in any script is taken, in one spelling", () => {
  for (const name of [
    "Notes (2nd draft).md",
    "übung.txt",
    "می‌خواهم.txt",
    "学校.jsonl",
    ".txt",
    "console.txt",
  ]) {
    expect(fileNameSchema.parse(name)).toBe(name);
  }
  expect(fileNameSchema.parse("u\u0308bung.txt")).toBe("übung.txt");
});
