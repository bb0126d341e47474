import { inflateRawSync } from "node:zlib";
import { Refusal } from "./refusal.ts";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** What all parts of a document may come to once unpacked. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/**
 * Check that a zip archive is whole and unpacks to at most `maximum` bytes, before any library unpacks it: the sizes
 * that an archive states about itself are not believed.
 */
export function checkArchive(bytes: Buffer, maximum = MAX_UNPACKED_BYTES): void {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > bytes.length || bytes.readUInt32LE(end) !== END_OF_DIRECTORY) {
    throw new Refusal("unreadable", "The document is cut off: its directory of parts is missing.");
  }
  const entries = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  let left = maximum;
  for (let entry = 0; entry < entries; entry++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw new Refusal("unreadable", "The document's directory of parts is damaged.");
    }
    left -= unpackedBytes(bytes, at, left);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function unpackedBytes(bytes: Buffer, entry: number, left: number): number {
  const method = bytes.readUInt16LE(entry + 10);
  const packed = bytes.readUInt32LE(entry + 20);
  const header = bytes.readUInt32LE(entry + 42);
  if (header + 30 > bytes.length) throw new Refusal("unreadable", "A part of the document is missing.");
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (start + packed > bytes.length) throw new Refusal("unreadable", "A part of the document is cut off.");
  if (method === 0) return packed;
  if (method !== 8) throw new Refusal("unreadable", `A part of the document is packed by method ${method}.`);
  try {
    // Node refuses a limit of zero, and an empty part still unpacks within one byte.
    return inflateRawSync(bytes.subarray(start, start + packed), { maxOutputLength: Math.max(left, 1) })
      .length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new Refusal("too-large", "The document unpacks to more than 64 MiB.");
    }
    throw new Refusal("unreadable", "A part of the document cannot be unpacked.");
  }
}
