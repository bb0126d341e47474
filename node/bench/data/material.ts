import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { RandomNumbers } from "./randomNumbers.ts";

/** A file that a contributor of a benchmark brings. */
export interface MaterialFile {
  name: string;
  /** As the file's content tells. */
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a contributor brings, by the type of the Datanet. */
export type Kind = "text" | "image" | "audio";

const FOLDER = fileURLToPath(new URL("../../../scripts/demo/files/", import.meta.url));
/** Spoken digits, two takes of each by four people. */
const RECORDINGS = fileURLToPath(new URL("../judge/data/audio/", import.meta.url));
const PICTURES = [
  "astronaut.png",
  "brick-wall.webp",
  "camera.png",
  "chelsea-cat.jpg",
  "coffee.webp",
  "hubble-deep-field.jpg",
  "rocket.jpg",
];
const PROBLEM_FILES = 24;
const WAVE_HEADER_BYTES = 44;
const SAMPLE_RATE = 8_000;

interface Problem {
  question: string;
  answer: string;
}

/**
 * Real files in any number, all different, cut from the material of the demo and of the judging benchmark: a text is a choice of worked word problems, a
 * picture is put together of pieces of photographs, a sound is a row of spoken digits. The same seed gives the same
 * bytes.
 */
export class Material {
  readonly #problems: Problem[];
  readonly #photographs: Promise<{ data: Buffer; width: number; height: number }[]>;
  readonly #digits: Buffer[];
  readonly #random: RandomNumbers;
  readonly #given = new Set<string>();

  constructor(seed: number) {
    this.#random = new RandomNumbers(seed);
    this.#problems = Array.from({ length: PROBLEM_FILES }, (_, index) =>
      readFileSync(`${FOLDER}text/word-problems-${String(index + 1).padStart(2, "0")}.jsonl`, "utf8"),
    ).flatMap((text) =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Problem),
    );
    this.#digits = readdirSync(RECORDINGS)
      .filter((name) => /^\d_.*\.wav$/.test(name))
      .sort()
      .map((name) => readFileSync(join(RECORDINGS, name)).subarray(WAVE_HEADER_BYTES));
    this.#photographs = Promise.all(
      PICTURES.map(async (name) => {
        const { data, info } = await sharp(`${FOLDER}image/${name}`)
          .removeAlpha()
          .toColourspace("srgb")
          .resize(768, 768, { fit: "cover" })
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { data, width: info.width, height: info.height };
      }),
    );
  }

  /** The next file of a kind. */
  async next(kind: Kind): Promise<MaterialFile> {
    if (kind === "text") return this.#text();
    return kind === "image" ? this.#picture() : this.#sound();
  }

  /** Between 6 and 14 problems that no other file has in this choice, about 2 to 9 kB. */
  #text(): MaterialFile {
    const random = this.#random;
    const chosen = this.#unused("text", () => random.choose(this.#problems.length, 6 + random.below(9))).map(
      (index) => this.#problems[index] as Problem,
    );
    const number = this.#given.size;
    if (random.below(2) === 0) {
      const lines = chosen.map((problem) => JSON.stringify(problem));
      return file(`problems-${number}.jsonl`, "application/jsonl", Buffer.from(`${lines.join("\n")}\n`));
    }
    const parts = chosen.map(
      ({ question, answer }, index) => `## Problem ${index + 1}\n\n${question}\n\n${answer}\n`,
    );
    return file(`problems-${number}.md`, "text/markdown", Buffer.from(parts.join("\n")));
  }

  /** 512 × 512 pixels of four pieces of photographs, about 30 to 150 kB. */
  async #picture(): Promise<MaterialFile> {
    const random = this.#random;
    const photographs = await this.#photographs;
    const side = 256;
    const places = this.#unused("image", () =>
      Array.from({ length: 4 }, () => [
        random.below(photographs.length),
        random.below(768 - side),
        random.below(768 - side),
        random.below(4),
      ]).flat(),
    );
    const pieces = await Promise.all(
      [0, 1, 2, 3].map(async (quarter) => {
        const [which = 0, left = 0, top = 0, turn = 0] = places.slice(4 * quarter, 4 * quarter + 4);
        const { data, width, height } = photographs[which] as (typeof photographs)[number];
        const piece = sharp(data, { raw: { width, height, channels: 3 } })
          .extract({ left, top, width: side, height: side })
          .rotate(90 * turn);
        return {
          input: await piece.png({ compressionLevel: 0 }).toBuffer(),
          left: (quarter % 2) * side,
          top: Math.floor(quarter / 2) * side,
        };
      }),
    );
    const whole = sharp({
      create: { width: 2 * side, height: 2 * side, channels: 3, background: "#000" },
    }).composite(pieces);
    const name = `picture-${this.#given.size}`;
    const format = random.below(4);
    if (format === 0) {
      return file(`${name}.webp`, "image/webp", await whole.webp({ quality: 85, effort: 1 }).toBuffer());
    }
    return file(`${name}.jpg`, "image/jpeg", await whole.jpeg({ quality: 88 }).toBuffer());
  }

  /** Four to seven spoken digits in a row, about 25 to 60 kB. */
  #sound(): MaterialFile {
    const random = this.#random;
    const row = this.#unused("audio", () =>
      Array.from({ length: 4 + random.below(4) }, () => [
        random.below(this.#digits.length),
        random.below(SAMPLE_RATE / 4),
      ]).flat(),
    );
    const parts: Buffer[] = [];
    for (let at = 0; at < row.length; at += 2) {
      // Two bytes a sample; the pause is what recordings in a quiet room have, not zeros.
      parts.push(this.#digits[row[at] ?? 0] as Buffer, quiet(row[at + 1] ?? 0, random));
    }
    return file(`digits-${this.#given.size}.wav`, "audio/wav", wave(Buffer.concat(parts)));
  }

  /** Numbers that were not given before. */
  #unused(kind: Kind, make: () => number[]): number[] {
    for (;;) {
      const numbers = make();
      const key = `${kind}:${numbers.join(",")}`;
      if (this.#given.has(key)) continue;
      this.#given.add(key);
      return numbers;
    }
  }
}

function file(name: string, mediaType: string, bytes: Buffer): MaterialFile {
  return { name, mediaType, bytes: new Uint8Array(bytes) };
}

function quiet(samples: number, random: RandomNumbers): Buffer {
  const bytes = Buffer.alloc(2 * samples);
  for (let at = 0; at < samples; at++) bytes.writeInt16LE(random.below(41) - 20, 2 * at);
  return bytes;
}

/** A WAVE file of 16-bit mono samples. */
function wave(samples: Buffer): Buffer {
  const header = Buffer.alloc(WAVE_HEADER_BYTES);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(2 * SAMPLE_RATE, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
