import { readFileSync, statSync } from "node:fs";
import { type Format, formatOfName } from "@openledger/sdk/formats";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { IMAGE } from "@openledger/sdk/pools";
import type { ReasonKey } from "@openledger/sdk/reasons";
import { fileTypeFromBuffer } from "file-type";
import { DOCX, extensionsOfPool, formatOfMagic, hasMagic } from "./formats.ts";
import { checkHidden, endOf } from "./hidden.ts";
import { pdfText } from "./pdf.ts";
import { decodePicture, type Picture } from "./pictures.ts";
import { decodeRecording, type Recording } from "./recording.ts";
import { Refusal } from "./refusal.ts";
import { decodeText, parsePairs } from "./text.ts";
import { wordText } from "./wordDocument.ts";

/** What a file is, and why it cannot be taken when `reason` is set. */
export interface FileInspection {
  /** Told by content; "application/octet-stream" when it is none of the formats known here. */
  mediaType: string;
  sizeBytes: number;
  reason?: ReasonKey;
  /** A sentence about this very file: the line, the byte, the count. */
  detail?: string;
}

/** What was read from a file that was taken, so that nobody has to read it a second time. */
export interface FileContent {
  text?: string | undefined;
  picture?: Picture | undefined;
  recording?: Recording | undefined;
}

/**
 * Tell by its content what the file at `path` is and whether `pool` takes it under the name `name`.
 * Everything is really decoded: text layer, pixels, samples, lines.
 *
 * @example
 * const { reason, detail } = await inspectFile("/tmp/upload-1", "notes.md", 0);
 */
export async function inspectFile(
  path: string,
  name: string,
  pool: number,
): Promise<FileInspection & FileContent> {
  // Not asynchronously: the process that inspects files does nothing else meanwhile, and the hand-over costs more than reading.
  const sizeBytes = statSync(path).size;
  const inspection: FileInspection & FileContent = { mediaType: "application/octet-stream", sizeBytes };
  try {
    if (sizeBytes === 0) throw new Refusal("empty", "The file holds no bytes.");
    if (sizeBytes > MAX_FILE_BYTES) {
      throw new Refusal(
        "too-large",
        `The file has ${sizeBytes} bytes, ${sizeBytes - MAX_FILE_BYTES} too many.`,
      );
    }
    const bytes = readFileSync(path);
    const content = await contentOf(bytes);
    inspection.mediaType = content?.format?.mediaType ?? content?.mime ?? inspection.mediaType;
    const { format, text } = await tellFormat(bytes, name, pool, content);
    inspection.mediaType = format.mediaType;
    Object.assign(inspection, await readWhole(bytes, format, text));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    inspection.reason = error.reason;
    inspection.detail = error.message;
  }
  return inspection;
}

interface Told {
  format: Format;
  text?: string;
}

async function tellFormat(
  bytes: Buffer,
  name: string,
  pool: number,
  content: Content | undefined,
): Promise<Told> {
  const claimed = formatOfName(name);
  if (claimed === undefined) {
    throw new Refusal("wrong-type", `The name "${name}" has none of the endings ${extensionsOfPool(pool)}.`);
  }
  if (!hasMagic(claimed)) return { format: inPool(claimed, pool), text: plainText(bytes, content) };
  if (content?.format?.mediaType !== claimed.mediaType) throw otherContent(bytes, claimed, content);
  return { format: inPool(claimed, pool) };
}

function inPool(format: Format, pool: number): Format {
  if (format.pool === pool) return format;
  throw new Refusal(
    "wrong-type",
    `The file is ${format.mediaType}. This Datanet takes ${extensionsOfPool(pool)}.`,
  );
}

interface Content {
  mime: string;
  format: Format | undefined;
}

/** What the magic bytes say; undefined when there are none that are known. */
async function contentOf(bytes: Buffer): Promise<Content | undefined> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (found === undefined) return undefined;
  return { mime: found.mime, format: formatOfMagic(found.ext) };
}

/** Why the content is not what the name says, for what happens to people who mean well. */
function otherContent(bytes: Buffer, claimed: Format, content: Content | undefined): Refusal {
  if (claimed.mediaType === DOCX && content?.mime === "application/x-cfb") {
    return bytes.includes("EncryptedPackage", 0, "utf16le")
      ? new Refusal("encrypted", "The document is protected by a password. Save it without one.")
      : new Refusal("disguised", "The content is a document of an old Word. Save it as .docx.");
  }
  if (claimed.mediaType === DOCX && content?.mime.includes("macroenabled")) {
    return new Refusal("hidden-content", "The document holds macros, which are programs. Save it as .docx.");
  }
  return new Refusal("disguised", `The name says ${claimed.mediaType}, the content is ${describe(content)}.`);
}

function describe(content: Content | undefined): string {
  return content?.format?.mediaType ?? content?.mime ?? "something unknown";
}

/** Text has no magic bytes, and "BMW is ..." begins like a bitmap: valid text is text unless it is a PDF's source. */
function plainText(bytes: Buffer, content: Content | undefined): string {
  if (content?.format?.mediaType === "application/pdf") {
    throw new Refusal("disguised", "The name says text, the content is application/pdf.");
  }
  try {
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof Refusal && content !== undefined) {
      throw new Refusal("disguised", `The name says text, the content is ${describe(content)}.`);
    }
    throw error;
  }
}

async function readWhole(bytes: Buffer, format: Format, text?: string): Promise<FileContent> {
  if (text !== undefined) {
    if (text.trim() === "") throw new Refusal("empty", "The file holds only blanks.");
    if (format.mediaType === "application/jsonl") parsePairs(text);
    return { text };
  }
  if (format.mediaType === DOCX) return { text: documentText(await wordText(bytes)) };
  checkHidden(bytes, format.mediaType, endOf(bytes, format.mediaType));
  if (format.mediaType === "application/pdf") return { text: documentText(await pdfText(bytes)) };
  return format.pool === IMAGE
    ? { picture: await decodePicture(bytes, format.mediaType) }
    : { recording: await decodeRecording(bytes, format.mediaType) };
}

/** Documents are trees of strings: what they come to is checked like any other text. */
function documentText(text: string): string {
  if (text.trim() === "") throw new Refusal("empty", "The document holds no text.");
  return text;
}
