import { type FileContent, type FileInspection, inspectFile } from "../files/inspect.ts";
import { TextSubject } from "./checks/text/subject.ts";
import { type Opinion, reject } from "./opinion.ts";
import { passageHashes } from "./passages.ts";
import { judgePicture } from "./pictures.ts";
import { encodeTextPrint, textPrint } from "./prints/textPrint.ts";
import { judgeSound } from "./sounds.ts";
import { judgeText } from "./texts.ts";

/** By what a file is found again when somebody submits it a second time, a little changed. */
export interface Fingerprint {
  /** Sketch of a text's pairs and triples of words, difference hash of a picture, or print of a sound. */
  print: Buffer;
  /** Hashes of a text's passages. */
  passages: number[];
}

/** A file to be judged by itself. The path is sent to the process that judges it, never the bytes. */
export interface AssayRequest {
  path: string;
  name: string;
  pool: number;
  /** As it was signed; absent before anything is signed. */
  mediaType?: string;
  /** What the Datanet asks for, in its owner's words. */
  guidelines?: string;
  /** How much of a good text's beginning is wanted back; nothing when absent. */
  excerptCharacters?: number;
}

/** A file judged by itself, without looking at any other file. */
export interface Assay {
  /** Without what was read: it stays in the process that read it. */
  inspection: FileInspection;
  opinion: Opinion;
  /** Absent when the file was rejected, or is too short to be compared. */
  fingerprint?: Fingerprint;
  /** The beginning of what a person wrote in a text that was not rejected, where it was asked for. */
  excerpt?: string;
}

/** Judges files by themselves: here, or in a process of its own. */
export interface Assayer {
  assay(request: AssayRequest): Promise<Assay>;
}

/**
 * Judge a file by itself: that it is what its name and its leaf say, that it can be read whole, and that it is worth
 * something. The bytes at `path` are already known to be those of the leaf, where there is one.
 */
export async function assay(request: AssayRequest): Promise<Assay> {
  const { path, name, pool, mediaType } = request;
  const { text, picture, recording, ...inspection } = await inspectFile(path, name, pool);
  const content = { text, picture, recording };
  if (inspection.reason !== undefined) {
    return { inspection, opinion: reject(inspection.reason, inspection.detail ?? inspection.mediaType) };
  }
  if (mediaType !== undefined && inspection.mediaType !== mediaType) {
    return {
      inspection,
      opinion: reject("wrong-type", `Signed as ${mediaType}, the file is ${inspection.mediaType}.`),
    };
  }
  return {
    inspection,
    ...(await judgeContent(content, inspection.mediaType, request)),
  };
}

async function judgeContent(
  { text = "", picture, recording }: FileContent,
  mediaType: string,
  { guidelines, excerptCharacters = 0 }: AssayRequest,
): Promise<Omit<Assay, "inspection">> {
  if (picture !== undefined) return withPrint(await judgePicture(picture));
  if (recording !== undefined) return withPrint(await judgeSound(recording));
  const subject = new TextSubject(text, mediaType, guidelines);
  const opinion = await judgeText(subject);
  const print = textPrint(subject.prose);
  const excerpt = opinion.grade > 0 ? subject.prose.slice(0, excerptCharacters) : "";
  const judged = { opinion, ...(excerpt === "" ? {} : { excerpt: excerpt.toWellFormed() }) };
  if (print === undefined) return judged;
  return {
    ...judged,
    fingerprint: { print: encodeTextPrint(print), passages: passageHashes(subject.passages) },
  };
}

function withPrint({ opinion, print }: { opinion: Opinion; print?: Buffer }): Omit<Assay, "inspection"> {
  return print === undefined ? { opinion } : { opinion, fingerprint: { print, passages: [] } };
}
