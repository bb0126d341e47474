import { Refusal } from "./refusal.ts";

/** Readers of PDF and browsers look for a beginning in this many bytes. */
const HEAD_BYTES = 1_024;
/** Programs leave some bytes behind the end: line breaks, padding, marks of their own. */
const TOLERATED_TAIL_BYTES = 1_024;
const MARKUP = /<!doctype\s+html|<html|<script|<\?php/i;
const ARCHIVE_END = "PK\u0005\u0006";

/**
 * Check that a file is nothing besides what its format says: no archive, page or PDF that another program would find in
 * it, and nothing behind its end.
 *
 * @param end Where the format's content ends, for the formats that tell.
 * @throws {Refusal} `hidden-content`, naming what was found.
 */
export function checkHidden(bytes: Buffer, mediaType: string, end?: number): void {
  const head = bytes.toString("latin1", 0, HEAD_BYTES);
  const markup = head.match(MARKUP)?.[0];
  if (markup !== undefined) throw hidden(`a web page: it begins with "${markup}"`);
  if (mediaType !== "application/pdf" && head.includes("%PDF-")) throw hidden("a PDF");
  if (hasArchive(bytes)) throw hidden("an archive of files");
  if (end === undefined) return;
  const tail = bytes.subarray(end);
  checkTail(mediaType === "image/jpeg" ? afterMorePictures(tail) : tail);
}

/** Whether a directory of a zip archive stands anywhere: its end mark, and its first entry where that says it is. */
function hasArchive(bytes: Buffer): boolean {
  let at = bytes.lastIndexOf(ARCHIVE_END, undefined, "latin1");
  while (at >= 0) {
    if (at + 22 <= bytes.length) {
      const first = at - bytes.readUInt32LE(at + 12);
      if (first >= 0 && first < at && bytes.toString("latin1", first, first + 4) === "PK\u0001\u0002")
        return true;
    }
    at = at === 0 ? -1 : bytes.lastIndexOf(ARCHIVE_END, at - 1, "latin1");
  }
  return false;
}

/** What is left behind the smaller and deeper versions of a picture that cameras store behind it, each a JPEG. */
function afterMorePictures(tail: Buffer): Buffer {
  let rest = tail;
  while (rest.length > 0) {
    const start = rest.indexOf("\u00ff\u00d8\u00ff", 0, "latin1");
    if (start < 0 || start > TOLERATED_TAIL_BYTES) break;
    const end = jpegEnd(rest.subarray(start));
    if (end === undefined) break;
    rest = rest.subarray(start + end);
  }
  return rest;
}

function checkTail(tail: Buffer): void {
  if (tail.length <= TOLERATED_TAIL_BYTES || tail.every((byte) => byte === 0 || byte === 10 || byte === 13))
    return;
  throw hidden(`${tail.length} bytes behind its end`);
}

function hidden(what: string): Refusal {
  return new Refusal("hidden-content", `The file holds ${what}.`);
}

/** Where the content of a file ends by what its format says; undefined when the format does not tell or it is damaged. */
export function endOf(bytes: Buffer, mediaType: string): number | undefined {
  switch (mediaType) {
    case "image/png":
      return pngEnd(bytes);
    case "image/jpeg":
      return jpegEnd(bytes);
    case "image/webp":
      return bytes.length < 8 ? undefined : 8 + bytes.readUInt32LE(4);
    case "application/pdf":
      return pdfEnd(bytes);
    default:
      return undefined;
  }
}

function pdfEnd(bytes: Buffer): number | undefined {
  const mark = bytes.lastIndexOf("%%EOF", undefined, "latin1");
  return mark < 0 ? undefined : mark + 5;
}

function pngEnd(bytes: Buffer): number | undefined {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const isLast = bytes.toString("latin1", at + 4, at + 8) === "IEND";
    at += 12 + bytes.readUInt32BE(at);
    if (isLast) return at;
  }
  return undefined;
}

/** Follow the markers of a JPEG to the end of its image. ITU T.81, annex B. */
function jpegEnd(bytes: Buffer): number | undefined {
  let at = 2;
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at = bytes.indexOf(0xff, at);
      if (at < 0) return undefined;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    // Padding, a byte of the image that is 255, and the marks to start anew after errors have no length.
    const isBare = marker === 0xff || marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
    if (isBare) at += marker === 0xff ? 1 : 2;
    else if (at + 4 > bytes.length) return undefined;
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
