import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectFile } from "./inspect.ts";

const TEXT = 0;
const IMAGE = 1;
const AUDIO = 2;
const demo = new URL("../../../scripts/demo/files/", import.meta.url).pathname;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-inspect-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inspectBytes(name: string, bytes: Uint8Array | string, pool: number) {
  const path = join(folder, "upload");
  await writeFile(path, bytes);
  return inspectFile(path, name, pool);
}

/** A bitmap of 24 bits a pixel, as Windows writes it. */
function bitmap(width: number, height: number): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + rowBytes * height, 90);
  bytes.fill(0, 0, 54);
  bytes.write("BM", 0, "latin1");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

describe("accepted formats", () => {
  test.each([
    ["text/balcony-scene.md", TEXT, "text/markdown"],
    ["text/coriolanus-opening.txt", TEXT, "text/plain"],
    ["text/tempest-extract.pdf", TEXT, "application/pdf"],
    [
      "text/shrew-extract.docx",
      TEXT,
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
    ["text/word-problems-01.jsonl", TEXT, "application/jsonl"],
    ["image/astronaut.png", IMAGE, "image/png"],
    ["image/rocket.jpg", IMAGE, "image/jpeg"],
    ["image/coffee.webp", IMAGE, "image/webp"],
    ["audio/0_george_0.wav", AUDIO, "audio/wav"],
    ["audio/4_theo_0.flac", AUDIO, "audio/flac"],
  ])("%s", async (file, pool, mediaType) => {
    const inspection = await inspectFile(join(demo, file), basename(file), pool);
    expect(inspection).toMatchObject({ mediaType });
    expect(inspection.detail).toBeUndefined();
    if (pool === TEXT) expect(inspection.text?.length).toBeGreaterThan(500);
  });

  test("TIFF, and a Windows bitmap that sharp cannot read", async () => {
    const tiff = await sharp(join(demo, "image/rocket.jpg")).tiff().toBuffer();
    expect(await inspectBytes("rocket.TIFF", tiff, IMAGE)).toMatchObject({ mediaType: "image/tiff" });
    const inspection = await inspectBytes("square.bmp", bitmap(7, 5), IMAGE);
    expect(inspection).toMatchObject({ mediaType: "image/bmp", sizeBytes: 174 });
  });

  test("text that begins like a bitmap, in UTF-16, with a byte order mark", async () => {
    expect(await inspectBytes("cars.txt", "BMW builds cars in Munich.", TEXT)).not.toHaveProperty("reason");
    const utf16 = Buffer.from("\ufeffOnce upon a time", "utf16le");
    expect((await inspectBytes("tale.txt", utf16, TEXT)).text).toBe("Once upon a time");
  });
});

describe("refused, each for its own reason", () => {
  test.each([
    ["an empty file", "a.txt", "", TEXT, "empty"],
    ["a file of blanks", "a.txt", " \n\n", TEXT, "empty"],
    ["one byte too many", "a.txt", Buffer.alloc(MAX_FILE_BYTES + 1, 97), TEXT, "too-large"],
    ["an unknown ending", "a.exe", "MZ", TEXT, "wrong-type"],
    ["text in an image Datanet", "a.txt", "Some words.", IMAGE, "wrong-type"],
    ["a program renamed", "a.txt", Buffer.from("7f454c4602010100000000000000", "hex"), TEXT, "disguised"],
    ["control characters", "a.txt", "Hello \u0007 world", TEXT, "disguised"],
    [
      "text in an old encoding",
      "a.txt",
      Buffer.from("Gr\xfc\xdfe aus K\xf6ln", "latin1"),
      TEXT,
      "unreadable",
    ],
    ["text named as a picture", "a.png", "Some words.", IMAGE, "disguised"],
    ["an object without an answer", "a.jsonl", '{"question":"Why?"}', TEXT, "malformed-jsonl"],
    ["an archive that is no document", "a.docx", Buffer.from("504b0304", "hex"), TEXT, "disguised"],
  ])("%s", async (_what, name, bytes, pool, reason) => {
    const inspection = await inspectBytes(name, bytes, pool);
    expect(inspection.reason).toBe(reason);
    expect(inspection.detail).toMatch(/^[A-Z].*\.$/s);
  });

  test("a picture in a text Datanet, under its own name and renamed", async () => {
    const png = join(demo, "image/astronaut.png");
    expect(await inspectFile(png, "astronaut.png", TEXT)).toMatchObject({
      reason: "wrong-type",
      mediaType: "image/png",
    });
    expect(await inspectFile(png, "notes.txt", TEXT)).toMatchObject({ reason: "disguised" });
    expect(await inspectFile(png, "astronaut.jpg", IMAGE)).toMatchObject({ reason: "disguised" });
  });

  test("the bad line of a JSONL file is named", async () => {
    const good = '{"prompt":"Say hi","response":"hi"}';
    const inspection = await inspectBytes("pairs.jsonl", `${good}\n${good}\nnot json\n`, TEXT);
    expect(inspection.detail).toContain("Line 3");
  });

  test("files cut off in the middle", async () => {
    for (const [file, pool] of [
      ["image/astronaut.png", IMAGE],
      ["image/rocket.jpg", IMAGE],
      ["image/coffee.webp", IMAGE],
      ["audio/0_george_0.wav", AUDIO],
      ["audio/4_theo_0.flac", AUDIO],
      ["text/tempest-extract.pdf", TEXT],
      ["text/shrew-extract.docx", TEXT],
    ] as const) {
      const whole = await readFile(join(demo, file));
      const half = whole.subarray(0, Math.floor(whole.length / 2));
      const { reason } = await inspectBytes(basename(file), half, pool);
      // Half a Word file is a zip archive that no longer shows what it holds.
      expect([file, reason]).toEqual([file, file.endsWith(".docx") ? reason : "unreadable"]);
      expect(reason).toBeDefined();
    }
  });

  test("a PDF without a text layer", async () => {
    const pdf = await PDFDocument.create();
    pdf.addPage([200, 200]).drawRectangle({ x: 20, y: 20, width: 90, height: 90 });
    expect(await inspectBytes("scan.pdf", await pdf.save(), TEXT)).toMatchObject({ reason: "no-text-layer" });
  });
});

test("what a person reads in PDF and Word files is their text", async () => {
  for (const file of ["text/tempest-extract.pdf", "text/shrew-extract.docx"]) {
    expect((await inspectFile(join(demo, file), basename(file), TEXT)).text).toMatch(/\b(the|and)\b/);
  }
});
