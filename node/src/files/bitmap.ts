import { Refusal } from "./refusal.ts";

/** Pixels of a bitmap, three bytes each (red, green, blue), rows from the top. */
export interface Bitmap {
  width: number;
  height: number;
  data: Buffer;
}

/** Decode an uncompressed Windows bitmap of 8, 24 or 32 bits a pixel: sharp reads every other format but this one. */
export function decodeBitmap(bytes: Buffer, maxPixels: number): Bitmap {
  if (bytes.length < 54 || bytes.toString("latin1", 0, 2) !== "BM") {
    throw new Refusal("unreadable", "The bitmap's header is missing.");
  }
  const pixelsAt = bytes.readUInt32LE(10);
  const headerBytes = bytes.readUInt32LE(14);
  const width = bytes.readInt32LE(18);
  const signedHeight = bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  // Compression 3 states colour masks; on 32 bits writers state the same order that plain bitmaps have.
  if (
    headerBytes < 40 ||
    ![8, 24, 32].includes(bits) ||
    !(compression === 0 || (compression === 3 && bits === 32))
  ) {
    throw new Refusal("unreadable", "This kind of bitmap is not read here. Save the picture as PNG.");
  }
  if (width <= 0 || height <= 0) {
    throw new Refusal("unreadable", `The bitmap states ${width} × ${height} pixels.`);
  }
  if (width * height > maxPixels) {
    throw new Refusal("unpacks-too-large", `The bitmap states ${width} × ${height} pixels.`);
  }
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt < 14 + headerBytes)
    throw new Refusal("unreadable", "The bitmap's pixels begin in its header.");
  if (pixelsAt + rowBytes * height > bytes.length) throw new Refusal("unreadable", "The bitmap is cut off.");
  const palette = 14 + headerBytes;
  const data = Buffer.alloc(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const line = pixelsAt + rowBytes * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column++) {
      const from = bits === 8 ? palette + 4 * (bytes[line + column] ?? 0) : line + (column * bits) / 8;
      data[to++] = bytes[from + 2] ?? 0;
      data[to++] = bytes[from + 1] ?? 0;
      data[to++] = bytes[from] ?? 0;
    }
  }
  return { width, height, data };
}
