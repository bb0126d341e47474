import { AUDIO, IMAGE } from "@openledger/sdk/pools";
import { inspectFile } from "../files/inspect.ts";
import { minHash } from "./minhash.ts";
import { type Opinion, reject } from "./opinion.ts";
import { passageHashes } from "./passages.ts";
import { judgePicture, pictureHash } from "./pictures.ts";
import { judgeSound } from "./sounds.ts";
import { judgeText } from "./texts.ts";

/** By what a file is found again when somebody submits it a second time, a little changed. */
export interface Fingerprint {
  /** MinHash signature of a text, difference hash of a picture, or print of a sound. */
  print: Buffer;
  /** Hashes of a text's passages. */
  passages: number[];
}

/** A file judged by itself, without looking at any other file. */
export interface Assay {
  opinion: Opinion;
  /** Absent when the file was rejected, or is too short to be compared. */
  fingerprint?: Fingerprint;
}

/**
 * Judge a file by itself: that it is what its name and its leaf say, that it can be read whole, and that it is worth
 * something. The bytes at `path` are already known to be those of the leaf.
 */
export async function assay(
  path: string,
  file: { name: string; mediaType: string },
  pool: number,
): Promise<Assay> {
  const inspection = await inspectFile(path, file.name, pool);
  if (inspection.reason !== undefined) {
    return { opinion: reject(inspection.reason, inspection.detail ?? inspection.mediaType) };
  }
  if (inspection.mediaType !== file.mediaType) {
    return {
      opinion: reject("wrong-type", `Signed as ${file.mediaType}, the file is ${inspection.mediaType}.`),
    };
  }
  if (pool === IMAGE) {
    const opinion = await judgePicture(path, file.mediaType);
    return { opinion, fingerprint: { print: await pictureHash(path, file.mediaType), passages: [] } };
  }
  if (pool === AUDIO) {
    const { opinion, print } = await judgeSound(path, file.mediaType);
    return { opinion, fingerprint: { print, passages: [] } };
  }
  const text = inspection.text ?? "";
  const opinion = judgeText(text, file.mediaType);
  const signature = minHash(text);
  if (signature === undefined) return { opinion };
  return {
    opinion,
    fingerprint: { print: Buffer.from(signature.buffer), passages: passageHashes(text, file.mediaType) },
  };
}
