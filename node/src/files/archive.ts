import type { Entry, ZipFile } from "yauzl";
import { Refusal, sentenceOf } from "./refusal.ts";

/** What all parts of a document may come to once unpacked. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_PARTS = 2_000;
/** Between two parts stands nothing but a data descriptor: 24 bytes at most. */
const MAX_GAP_BYTES = 24;

/** Reads a part of an archive by its name; undefined when there is none. */
type ReadPart = (name: string) => Promise<Buffer | undefined>;

/** The parts of an archive that was checked. */
export interface Archive {
  names: readonly string[];
  read: ReadPart;
}

/**
 * Open a zip archive that is nothing else: from its first byte to its last it consists of its parts and their directory.
 * Every part is unpacked here once, within bounds, so that what an archive states about itself need not be believed.
 *
 * @throws {Refusal} for damaged and encrypted archives, parts that share bytes, bytes between parts and around them, and
 * archives that unpack to more than `maxBytes`.
 */
export async function openArchive(bytes: Buffer, maxBytes = MAX_UNPACKED_BYTES): Promise<Archive> {
  try {
    const { fromBufferPromise } = await import("yauzl");
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true });
    if (zip.entryCount > MAX_PARTS) {
      throw new Refusal("unpacks-too-large", `It has ${zip.entryCount} parts; ${MAX_PARTS} are the most.`);
    }
    const entries = await entriesOf(zip);
    await checkLayout(zip, [...entries.values()], bytes);
    let left = maxBytes;
    for (const entry of entries.values()) left -= (await unpack(zip, entry, left, maxBytes)).length;
    return {
      names: [...entries.keys()],
      read: async (name) => {
        const entry = entries.get(name);
        return entry && unpack(zip, entry, maxBytes, maxBytes);
      },
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("unreadable", `The document's archive is damaged: ${sentenceOf(error)}.`);
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) throw new Refusal("encrypted", `The part ${entry.fileName} is encrypted.`);
    if (!entry.canDecodeFileData()) {
      throw new Refusal(
        "unreadable",
        `A part of the document is packed by method ${entry.compressionMethod}.`,
      );
    }
    // Readers differ in which of two parts of one name they take.
    if (entries.has(entry.fileName)) {
      throw new Refusal("hidden-content", `It has two parts named ${sentenceOf(entry.fileName)}.`);
    }
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** Parts stand one after the other from the first byte on, then the directory, then its end: nothing else has room. */
async function checkLayout(zip: ZipFile, entries: Entry[], bytes: Buffer): Promise<void> {
  const ordered = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of ordered) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end) throw new Refusal("unpacks-too-large", "Parts of the document share their bytes.");
    requireGap(start - end, end === 0 ? 0 : MAX_GAP_BYTES);
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    end = fileDataStart + entry.compressedSize;
  }
  const directory = bytes.indexOf("PK\u0001\u0002", end, "latin1");
  requireGap((directory < 0 ? bytes.length : directory) - end, MAX_GAP_BYTES);
  const lastDirectoryEnd = bytes.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  requireGap(bytes.length - lastDirectoryEnd - 22, 0);
}

function requireGap(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Refusal("hidden-content", `${bytes} bytes of it belong to no part of the document.`);
}

async function unpack(zip: ZipFile, entry: Entry, left: number, most: number): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > left) {
      throw new Refusal("unpacks-too-large", `It unpacks to more than ${most / 2 ** 20} MiB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
