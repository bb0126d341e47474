import { crc32, deflateRawSync, deflateSync } from "node:zlib";

/** A part of a zip archive, and what the archive may lie about it. */
export interface Part {
  name: string;
  content: string | Buffer;
  /** Keep it as it is instead of deflating it. */
  stored?: boolean;
  statedBytes?: number;
  /** Let the directory point at the part with this number instead. */
  sharesBytesOf?: number;
}

/** A zip archive, written byte by byte so that it may be wrong in any place. */
export function zipOf(parts: readonly Part[], before = "", after = ""): Buffer {
  const pieces: Buffer[] = [Buffer.from(before, "latin1")];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = pieces[0]?.length ?? 0;
  for (const [index, { name, content, stored = false, statedBytes, sharesBytesOf }] of parts.entries()) {
    const plain = Buffer.from(content);
    const packed = stored ? plain : deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(stored ? 0 : 8, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(statedBytes ?? plain.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), fields, Buffer.from(name)]);
    offsets[index] = sharesBytesOf === undefined ? at : (offsets[sharesBytesOf] ?? 0);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offsets[index] ?? 0, 10);
    directory.push(Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), fields, rest, Buffer.from(name));
    if (sharesBytesOf !== undefined) continue;
    pieces.push(local, packed);
    at += local.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, entries, end, Buffer.from(after, "latin1")]);
}

const MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

/** The parts of a Word document of one paragraph. */
export function wordParts(text: string, mainType = MAIN): Part[] {
  return [
    {
      name: "[Content_Types].xml",
      content: `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${mainType}"/></Types>`,
    },
    {
      name: "_rels/.rels",
      content:
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    },
    {
      name: "word/document.xml",
      content: `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
    },
  ];
}

/** A chunk of a PNG with its check sum. */
function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(content.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A black PNG of any size, with one bit a pixel: 100 megapixels come to 12 kB. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height));
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", rows),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** What a WAV file of 16 bits states, whatever its bytes are. */
export interface WaveStatement {
  sampleRate?: number;
  channels?: number;
  frameBytes?: number;
  dataBytes?: number;
}

/** A WAV file of 16 bits around samples. */
export function waveOf(samples: Buffer, stated: WaveStatement = {}): Buffer {
  const { sampleRate = 8_000, channels = 1, frameBytes = 2 * channels, dataBytes = samples.length } = stated;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE((sampleRate * frameBytes) % 2 ** 32, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes, 40);
  return Buffer.concat([header, samples]);
}
