import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { decodePicture } from "../../src/files/pictures.ts";
import type { Fingerprint } from "../../src/judge/assay.ts";
import { PictureSubject } from "../../src/judge/checks/picture/subject.ts";
import { passageHashes, passagesOf } from "../../src/judge/passages.ts";
import { encodePicturePrint, type PicturePrint, picturePrint } from "../../src/judge/prints/picturePrint.ts";
import { resample } from "../../src/judge/prints/resample.ts";
import {
  encodeSoundPrint,
  type SoundPrint,
  soundPrint,
  WORD_BITS,
} from "../../src/judge/prints/soundPrint.ts";
import { encodeTextPrint, textPrint } from "../../src/judge/prints/textPrint.ts";
import type { Modality } from "../judge/corpus.ts";
import { waveOf, wavOf } from "../judge/damages/waves.ts";
import { goodPictures } from "../judge/goodPictures.ts";
import { goodSounds } from "../judge/goodSounds.ts";
import type { RandomNumbers } from "./randomNumbers.ts";

const PLAYS = fileURLToPath(new URL("../judge/data/text/shakespeare.txt", import.meta.url));
const TEXT_BYTES = 2_000;
const WORDS_A_LINE = 9;
const PICTURE_SIDE = 512;
const SOUND_RATE = 16_000;
/** Bits by which an invented mark or word differs from a real one. */
const CHANGED_BITS = 5;

/** Real files to be judged: pieces of plays, squares of photographs, seconds of speech; all different. */
export async function realFiles(modality: Modality, count: number): Promise<Buffer[]> {
  if (modality === "text") return realTexts(count);
  return modality === "image" ? realPictures(count) : realSounds(count);
}

function realTexts(count: number): Buffer[] {
  const bytes = readFileSync(PLAYS);
  // More pieces than the plays have share their middles: the step is what their length allows.
  const step = Math.floor((bytes.length - TEXT_BYTES) / count);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * step, n * step + TEXT_BYTES));
}

async function realPictures(count: number): Promise<Buffer[]> {
  const sources = (await goodPictures()).filter(({ name, source }) => name === `${source}.jpg`);
  const files: Buffer[] = [];
  for (let n = 0; files.length < count; n++) {
    const { bytes } = sources[n % sources.length] as { bytes: Buffer };
    const turn = Math.floor(n / sources.length);
    const { data, info } = await sharp(bytes)
      .resize(PICTURE_SIDE + 24 * turn, PICTURE_SIDE + 24 * turn, { fit: "cover" })
      .toBuffer({ resolveWithObject: true });
    const [left, top] = [(turn % 3) * ((info.width - PICTURE_SIDE) >> 1), info.height - PICTURE_SIDE];
    files.push(
      await sharp(data)
        .extract({ left, top, width: PICTURE_SIDE, height: PICTURE_SIDE })
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  return files;
}

/** Speech at three speeds, which nobody would take for one another, cut into seconds. */
async function realSounds(count: number): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for (const speed of [1, 0.9, 1.1]) {
    const all: number[] = [];
    for (const file of goodSounds()) {
      const { samples, sampleRate } = await waveOf(file);
      for (const sample of resample(samples, sampleRate * speed, SOUND_RATE)) all.push(sample);
    }
    for (let at = 0; at + SOUND_RATE <= all.length && files.length < count; at += SOUND_RATE) {
      files.push(
        wavOf({ channels: [Float32Array.from(all.slice(at, at + SOUND_RATE))], sampleRate: SOUND_RATE }),
      );
    }
  }
  return files;
}

/** Prints of files that nobody has seen, put together from the parts of real ones, as frequent as they are there. */
export async function inventedPrints(modality: Modality, random: RandomNumbers): Promise<() => Fingerprint> {
  if (modality === "text") return inventedTexts(random);
  return modality === "image" ? inventedPictures(random) : inventedSounds(random);
}

/** Texts in which each word follows the one before as in the plays, so that pairs and triples are as frequent as there. */
function inventedTexts(random: RandomNumbers): () => Fingerprint {
  const words = readFileSync(PLAYS, "utf8").split(/\s+/);
  const following = new Map<string, string[]>();
  for (const [at, word] of words.entries()) {
    const next = words[at + 1] ?? (words[0] as string);
    const others = following.get(word);
    if (others === undefined) following.set(word, [next]);
    else others.push(next);
  }
  return () => {
    let word = words[random.below(words.length)] as string;
    let text = "";
    for (let count = 1; text.length < TEXT_BYTES; count++) {
      text += count % WORDS_A_LINE === 0 ? `${word}\n` : `${word} `;
      const next = following.get(word) as string[];
      word = next[random.below(next.length)] as string;
    }
    const print = textPrint(text);
    if (print === undefined) throw new Error("The text has no shingles.");
    return { print: encodeTextPrint(print), passages: passageHashes(passagesOf(text, "text/plain")) };
  };
}

async function inventedPictures(random: RandomNumbers): Promise<() => Fingerprint> {
  const prints: PicturePrint[] = [];
  for (const bytes of await realPictures(100)) {
    prints.push(picturePrint(new PictureSubject(await decodePicture(bytes, "image/jpeg")).grey));
  }
  const marks = prints.flatMap((print) => print.marks);
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  return () => {
    const { thumb, marks: places } = one(prints);
    const other = one(prints).thumb.values;
    return {
      print: encodePicturePrint({
        thumb: {
          ...thumb,
          values: thumb.values.map((value, at) => (value + (other[other.length - 1 - at] ?? 0)) / 2),
        },
        marks: places.map(({ x, y }) => {
          const mark = one(marks);
          return { ...mark, x, y, key: changed(mark.key, 27, random) };
        }),
      }),
      passages: [],
    };
  };
}

async function inventedSounds(random: RandomNumbers): Promise<() => Fingerprint> {
  const prints: SoundPrint[] = [];
  for (const bytes of await realSounds(60)) {
    const { samples, sampleRate } = await waveOf({ modality: "audio", source: "", name: "one.wav", bytes });
    prints.push(soundPrint(resample(samples, sampleRate, 8_000)));
  }
  return () => {
    const { speeds, weights, doubtful, wave } = prints[random.below(prints.length)] as SoundPrint;
    return {
      print: encodeSoundPrint({
        speeds: speeds.map((words) => words.map((word) => changed(word, WORD_BITS, random))),
        weights,
        doubtful,
        wave: wave.map((sample) => (random.below(2) === 0 ? sample : -sample)),
      }),
      passages: [],
    };
  };
}

function changed(key: number, bits: number, random: RandomNumbers): number {
  let other = key;
  for (let n = 0; n < CHANGED_BITS; n++) other ^= 1 << random.below(bits);
  return other;
}
