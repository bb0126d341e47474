import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POOLS } from "@openledger/sdk/pools";
import fc from "fast-check";
import { assay } from "../src/judge/assay.ts";
import { mutatedFile } from "./mutations.ts";
import { type Target, target } from "./target.ts";

/** Pictures and sounds in formats of which the demo has no file. */
export interface MoreFiles {
  tiff: Buffer;
  bitmap: Buffer;
  mp3: Buffer;
}

const demo = new URL("../../scripts/demo/files/", import.meta.url).pathname;
const demoFile = (path: string) => readFileSync(`${demo}${path}`);

const folder = mkdtempSync(join(tmpdir(), "openledger-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Real files of every format with faults in them, told, decoded and judged as an upload is. */
export function fileTargets(more: MoreFiles): readonly Target[] {
  const formats: [string, number, number, Buffer[]][] = [
    ["txt", 0, 2_500, [demoFile("text/coriolanus-opening.txt")]],
    ["md", 0, 1_000, [demoFile("text/balcony-scene.md")]],
    ["jsonl", 0, 2_000, [demoFile("text/word-problems-01.jsonl")]],
    ["pdf", 0, 2_500, [demoFile("text/tempest-extract.pdf")]],
    ["docx", 0, 2_500, [demoFile("text/shrew-extract.docx")]],
    ["png", 1, 1_500, [demoFile("image/camera.png")]],
    ["jpg", 1, 1_500, [demoFile("image/rocket.jpg")]],
    ["webp", 1, 1_500, [demoFile("image/coffee.webp")]],
    ["tif", 1, 1_000, [more.tiff]],
    ["bmp", 1, 1_000, [more.bitmap]],
    ["wav", 2, 800, [demoFile("audio/0_george_0.wav")]],
    ["mp3", 2, 500, [more.mp3]],
    ["flac", 2, 500, [demoFile("audio/4_theo_0.flac")]],
  ];
  return formats.map(([ending, pool, inputs, corpus]) =>
    target(
      `file-${ending}`,
      inputs,
      fc.record({
        bytes: mutatedFile(corpus),
        // Now and then under another name, or for another Datanet.
        ending: fc.oneof(
          { weight: 20, arbitrary: fc.constant(ending) },
          { weight: 1, arbitrary: fc.constantFrom("txt", "pdf", "png", "mp3", "exe", "") },
        ),
        pool: fc.oneof(
          { weight: 20, arbitrary: fc.constant(pool) },
          { weight: 1, arbitrary: fc.nat(POOLS.length) },
        ),
      }),
      async (input) => {
        const path = join(folder, ending);
        writeFileSync(path, input.bytes);
        const { inspection, opinion } = await assay({
          path,
          name: `upload.${input.ending}`,
          pool: input.pool,
        });
        if ((inspection.reason !== undefined) !== (inspection.detail !== undefined)) {
          throw new Error(`A reason without a detail: ${JSON.stringify(inspection)}`);
        }
        if ((opinion.grade === 0) !== (opinion.reason !== undefined)) {
          throw new Error(`A grade that does not fit its reason: ${JSON.stringify(opinion)}`);
        }
      },
    ),
  );
}

/** Makes the files that the demo does not have. */
export async function makeMoreFiles(): Promise<MoreFiles> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(demoFile("image/rocket.jpg")).resize(96);
  const { data, info } = await picture.clone().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const bitmap = Buffer.alloc(54 + Math.ceil((info.width * 3) / 4) * 4 * info.height);
  bitmap.write("BM", 0, "latin1");
  bitmap.writeUInt32LE(54, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(info.width, 18);
  bitmap.writeInt32LE(info.height, 22);
  bitmap.writeUInt16LE(24, 28);
  data.copy(bitmap, 54);
  return {
    tiff: await picture.clone().tiff({ compression: "lzw" }).toBuffer(),
    bitmap,
    mp3: await makeMp3(),
  };
}

async function makeMp3(): Promise<Buffer> {
  const { Mp3Encoder } = await import("@breezystack/lamejs");
  const encoder = new Mp3Encoder(1, 8_000, 32);
  const wave = demoFile("audio/0_george_0.wav");
  const samples = Int16Array.from({ length: 2_000 }, (_, index) => wave.readInt16LE(44 + 2 * index));
  return Buffer.concat([encoder.encodeBuffer(samples), encoder.flush()].map((part) => Buffer.from(part)));
}
