import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blackPng, waveOf, wordParts, zipOf } from "../testing/hostileFiles.ts";
import { endOf } from "./hidden.ts";
import { inspectFile } from "./inspect.ts";

const demo = new URL("../../../scripts/demo/files/", import.meta.url).pathname;
const demoFile = (path: string) => readFile(join(demo, path));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const POOLS: Record<string, number> = {
  txt: TEXT,
  pdf: TEXT,
  docx: TEXT,
  jsonl: TEXT,
  wav: AUDIO,
  mp3: AUDIO,
};

async function inspect(name: string, bytes: Uint8Array | string) {
  const path = join(folder, "upload");
  await writeFile(path, bytes);
  const { reason, detail, text } = await inspectFile(
    path,
    name,
    POOLS[name.split(".").at(-1) ?? ""] ?? IMAGE,
  );
  return { reason, detail, text };
}

const document = wordParts("The old mill by the river turns slowly.");
const archive = zipOf([{ name: "run.js", content: "alert(1)" }]);

describe("Word documents", () => {
  test("the smallest one is read", async () => {
    expect(await inspect("a.docx", zipOf(document))).toMatchObject({
      reason: undefined,
      text: "The old mill by the river turns slowly.\n\n",
    });
  });

  test.each([
    ["bytes before it", zipOf(document, "#!/bin/sh\n")],
    ["bytes behind it", zipOf(document, "", "and more")],
    ["two parts of one name", zipOf([...document, { name: "word/document.xml", content: "<a/>" }])],
    ["macros", zipOf(wordParts("Hello", "application/vnd.ms-word.document.macroEnabled.main+xml"))],
    ["a macro part", zipOf([...document, { name: "word/vbaProject.bin", content: "macro" }])],
  ])("%s: hidden content", async (_what, bytes) => {
    const { reason, detail } = await inspect("a.docx", bytes);
    // What stands before an archive may already tell that it is something else.
    expect(["hidden-content", "disguised", "unreadable"]).toContain(reason);
    expect(detail).toMatch(/^[A-Z0-9].*\.$/s);
  });

  test("an archive that merely contains a document", async () => {
    const bytes = zipOf(document.filter(({ name }) => name !== "[Content_Types].xml"));
    expect(await inspect("a.docx", bytes)).toMatchObject({ reason: "disguised" });
    expect(await inspect("a.docx", zipOf(wordParts("Hello", "text/xml")))).toMatchObject({
      reason: "disguised",
    });
  });

  test("a document behind a password, and one of an old Word", async () => {
    const compound = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]);
    expect(await inspect("a.docx", compound)).toMatchObject({ reason: "disguised" });
    compound.write("EncryptedPackage", 100, "utf16le");
    expect(await inspect("a.docx", compound)).toEqual({
      reason: "encrypted",
      detail: "The document is protected by a password. Save it without one.",
      text: undefined,
    });
  });

  test("entities that grow, text that some readers skip, and elements without end", async () => {
    const growing = document.map((part) =>
      part.name === "word/document.xml"
        ? { ...part, content: `<!DOCTYPE a [<!ENTITY b "bbbb">]>${part.content}` }
        : part,
    );
    expect(await inspect("a.docx", zipOf(growing))).toMatchObject({ reason: "unreadable" });
    // One reader takes such text, another passes over it.
    const set = zipOf(wordParts("<![CDATA[Learnt and never judged]]>"));
    expect(await inspect("a.docx", set)).toMatchObject({ reason: "hidden-content" });
    const deep = wordParts(`${"<w:r>".repeat(200_000)}x${"</w:r>".repeat(200_000)}`);
    expect((await inspect("a.docx", zipOf(deep))).reason).toBeDefined();
  });
});

describe("zip bombs", () => {
  const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 2 ** 20);

  test.each([
    ["one part", zipOf([...document, { name: "word/media/a.bin", content: zeros(80) }])],
    ["text without end", zipOf(wordParts(" ".repeat(20 * 2 ** 20)))],
    [
      "parts that share their bytes",
      zipOf([
        ...document,
        { name: "word/a.bin", content: zeros(40) },
        ...Array.from({ length: 50 }, (_, n) => ({
          name: `word/${String.fromCharCode(98 + (n % 20))}.bin${n}`,
          content: zeros(40).subarray(0, 0),
          sharesBytesOf: 3,
        })),
      ]),
    ],
    [
      "many parts",
      zipOf([...document, ...Array.from({ length: 3_000 }, (_, n) => ({ name: `word/${n}`, content: "" }))]),
    ],
  ])("%s", async (_what, bytes) => {
    expect(await inspect("a.docx", bytes)).toMatchObject({ reason: "unpacks-too-large" });
  });

  test("sizes that are lies", async () => {
    const lying = [...document, { name: "word/a.bin", content: zeros(10), statedBytes: 5 }];
    expect(await inspect("a.docx", zipOf(lying))).toMatchObject({ reason: "unreadable" });
  });

  test("an archive in an archive stays packed", async () => {
    const inner = zipOf([{ name: "zeros", content: zeros(60) }]);
    for (const stored of [true, false]) {
      const outer = zipOf([...document, { name: "word/embeddings/a.zip", content: inner, stored }]);
      expect(await inspect("a.docx", outer)).toMatchObject({ reason: undefined });
    }
  });
});

/** RC4, which PDFs of the first kind of protection are encrypted with. */
function rc4(key: Buffer, bytes: Buffer): Buffer {
  const state = [...Array(256).keys()];
  const swap = (a: number, b: number) => {
    [state[a], state[b]] = [state[b] as number, state[a] as number];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) % 256;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return bytes.map((byte) => {
    i = (i + 1) % 256;
    j = (j + (state[i] ?? 0)) % 256;
    swap(i, j);
    return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) % 256] ?? 0);
  }) as Buffer;
}

const PADDING = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");

/** A PDF with the standard protection of 40 bits; an empty password leaves only restrictions. ISO 32000-1, 7.6.3. */
async function encryptedPdf(password: string): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.addPage([200, 200]);
  const bytes = Buffer.from(await pdf.save({ useObjectStreams: false })).toString("latin1");
  const owner = Buffer.alloc(32, 7);
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(-44);
  const padded = Buffer.concat([Buffer.from(password), PADDING]).subarray(0, 32);
  const id = Buffer.from("01", "hex");
  const key = createHash("md5").update(padded).update(owner).update(permissions).update(id).digest();
  const user = rc4(key.subarray(0, 5), PADDING);
  const protection = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${owner.toString("hex")}> /U <${user.toString("hex")}> /P -44 >> /ID [<01> <01>]`;
  const trailer = bytes.lastIndexOf("trailer");
  return Buffer.from(
    bytes.slice(0, trailer) + bytes.slice(trailer).replace("<<", `<< ${protection}`),
    "latin1",
  );
}

describe("a PDF", () => {
  test("that is encrypted, with a password and with restrictions alone", async () => {
    for (const password of ["secret", ""]) {
      expect(await inspect("a.pdf", await encryptedPdf(password))).toMatchObject({
        reason: "encrypted",
        detail: "The PDF is encrypted. Save it without a password and without restrictions.",
      });
    }
  });

  test("that is also an archive, a page, or has something behind its end", async () => {
    const pdf = await demoFile("text/tempest-extract.pdf");
    const reasonOf = async (...parts: (Buffer | string)[]) =>
      (await inspect("a.pdf", Buffer.concat(parts.map((part) => Buffer.from(part))))).reason;
    expect(await reasonOf(pdf, archive)).toBe("hidden-content");
    expect(await reasonOf(pdf, archive, "\n%%EOF\n")).toBe("hidden-content");
    expect(await reasonOf(pdf, Buffer.alloc(5_000, 7))).toBe("hidden-content");
    expect(await reasonOf(pdf.subarray(0, 9), "%<html><script>alert(1)</script>\n", pdf.subarray(9))).toBe(
      "hidden-content",
    );
    expect(await reasonOf(pdf, "\r\n")).toBeUndefined();
  });

  test("with a fault that every reader forgives is read", async () => {
    const content = "BT /F1 12 Tf 20 100 Td (The old mill by the river) Tj ET";
    const pdf = `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >> endobj
4 0 obj << /Length ${content.length} >> stream
${content}
endstream endobj
5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Widths [1 ) 2] >> endobj
trailer << /Root 1 0 R /Size 6 >>
startxref
0
%%EOF
`;
    expect(await inspect("a.pdf", pdf)).toMatchObject({
      reason: undefined,
      text: "The old mill by the river",
    });
  });

  test("with many pages", async () => {
    const pdf = await PDFDocument.create();
    for (let page = 0; page < 5_001; page++) pdf.addPage([9, 9]);
    expect(await inspect("a.pdf", await pdf.save())).toMatchObject({ reason: "unpacks-too-large" });
  });
});

describe("pictures", () => {
  test("of 100 megapixels, as PNG and TIFF", async () => {
    const png = blackPng(10_000, 10_000);
    expect(png.length).toBeLessThan(20_000);
    const refused = {
      reason: "unpacks-too-large",
      detail: "The picture has 10000 × 10000 pixels; 50 million are the most.",
    };
    expect(await inspect("a.png", png)).toMatchObject(refused);
    const tiff = await sharp(png, { limitInputPixels: false })
      .tiff({ compression: "deflate", bitdepth: 1 })
      .toBuffer();
    expect(await inspect("a.tif", tiff)).toMatchObject(refused);
  });

  test("that are many: pages of a TIFF, an animation", async () => {
    const frames = await Promise.all(
      ["red", "green", "blue"].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const pages = sharp(frames, { join: { animated: true } });
    expect(await inspect("a.webp", await pages.clone().webp({ loop: 0 }).toBuffer())).toMatchObject({
      reason: "several-pictures",
      detail: "The file holds 3 pictures.",
    });
    expect(await inspect("a.tiff", await pages.clone().tiff().toBuffer())).toMatchObject({
      reason: "several-pictures",
    });
  });

  test("with an archive or anything else behind them", async () => {
    const png = await demoFile("image/camera.png");
    const jpg = await demoFile("image/rocket.jpg");
    for (const [name, bytes] of [
      ["a.png", png],
      ["a.jpg", jpg],
      ["a.webp", await demoFile("image/coffee.webp")],
    ] as const) {
      expect((await inspect(name, Buffer.concat([bytes, archive]))).reason).toBe("hidden-content");
      expect((await inspect(name, Buffer.concat([bytes, Buffer.alloc(2_000, 7)]))).reason).toBe(
        "hidden-content",
      );
      expect((await inspect(name, Buffer.concat([bytes, Buffer.alloc(2_000)]))).reason).toBeUndefined();
    }
    // Cameras put a small copy behind the picture.
    expect((await inspect("a.jpg", Buffer.concat([jpg, jpg]))).reason).toBeUndefined();
  });

  test("that end in their first bytes", () => {
    for (const mediaType of ["image/png", "image/jpeg", "image/webp", "application/pdf"]) {
      expect(endOf(Buffer.from("RIF"), mediaType)).toBeUndefined();
    }
  });

  test("that are a PDF or a page for other programs", async () => {
    const jpg = await demoFile("image/rocket.jpg");
    const withComment = (comment: string) => {
      const mark = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
      return Buffer.concat([jpg.subarray(0, 2), mark, Buffer.from(comment), jpg.subarray(2)]);
    };
    expect((await inspect("a.jpg", withComment("%PDF-1.4"))).reason).toBe("hidden-content");
    expect((await inspect("a.jpg", withComment("<!doctype html><script>"))).reason).toBe("hidden-content");
    expect((await inspect("a.jpg", withComment("Holiday at the sea"))).reason).toBeUndefined();
  });
});

describe("sounds", () => {
  test("an hour at 1 Hz, and more than an hour", async () => {
    expect(await inspect("a.wav", waveOf(Buffer.alloc(7_200, 9), { sampleRate: 1 }))).toMatchObject({
      reason: "low-sample-rate",
      detail: "The sound has 1 samples a second.",
    });
    expect(await inspect("a.wav", waveOf(Buffer.alloc(7_202_000, 9), { sampleRate: 1_000 }))).toMatchObject({
      reason: "too-long",
      detail: "The sound is longer than 60 minutes.",
    });
  });

  test.each([
    ["more samples than there are", { dataBytes: 50_000 }],
    ["4 GB of samples", { dataBytes: 0xffff_ffff }],
    ["frames of another size", { frameBytes: 3 }],
    ["no channels", { channels: 0, frameBytes: 0 }],
    ["a rate that no card has", { sampleRate: 4_000_000_000 }],
  ])("a WAV file that states %s", async (_what, stated) => {
    expect(await inspect("a.wav", waveOf(Buffer.alloc(8_000, 9), stated))).toMatchObject({
      reason: "unreadable",
    });
  });

  test("an MP3 file that is mostly something else", async () => {
    const frame = Buffer.alloc(417);
    frame.write("fffb9064", 0, "hex");
    const frames = Buffer.concat(Array.from({ length: 40 }, () => frame));
    const junk = Buffer.alloc(frames.length, 0x37);
    const mixed = Buffer.concat([frames, junk, frames]);
    expect(await inspect("a.mp3", mixed)).toMatchObject({
      reason: "hidden-content",
      detail: expect.stringMatching(/^166\d\d bytes of the file are neither sound nor tags\.$/),
    });
    const tag = Buffer.from("TAG".padEnd(128), "latin1");
    expect((await inspect("a.mp3", Buffer.concat([frames, tag]))).reason).toBeUndefined();
  });
});
