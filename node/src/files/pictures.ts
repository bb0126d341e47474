import { readFile } from "node:fs/promises";
import type { Sharp } from "sharp";
import { decodeBitmap } from "./bitmap.ts";
import { Refusal, sentenceOf } from "./refusal.ts";

/** A picture may state at most this many pixels: a small file can otherwise unpack to gigabytes. */
const MAX_PIXELS = 50_000_000;

/** A sharp pipeline over the picture at `path`; sharp is loaded at the first use because loading it is slow. */
export async function openPicture(path: string, mediaType: string): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  // Bytes, not the path: sharp keeps what it decoded under a path, even when another file stands there by then.
  const bytes = await readFile(path);
  if (mediaType === "image/bmp") {
    const { width, height, data } = decodeBitmap(bytes, MAX_PIXELS);
    return sharp(data, { raw: { width, height, channels: 3 } });
  }
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", sequentialRead: true });
}

/** Decode every pixel of a picture; throws a Refusal when it is damaged or cut off. */
export async function checkPicture(path: string, mediaType: string): Promise<void> {
  try {
    if (mediaType !== "image/bmp") await checkHeader(path);
    const picture = await openPicture(path, mediaType);
    await picture.stats();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("unreadable", `The picture cannot be decoded: ${sentenceOf(error)}`);
  }
}

/** What a header states decides before a pixel is decoded; a picture in a Datanet is one picture. */
async function checkHeader(path: string): Promise<void> {
  const { default: sharp } = await import("sharp");
  const {
    width,
    height,
    pages = 1,
  } = await sharp(await readFile(path), { limitInputPixels: false }).metadata();
  if (width * height > MAX_PIXELS) throw tooManyPixels(width, height);
  if (pages > 1) throw new Refusal("several-pictures", `The file holds ${pages} pictures.`);
}

function tooManyPixels(width: number, height: number): Refusal {
  return new Refusal(
    "unpacks-too-large",
    `The picture has ${width} × ${height} pixels; ${MAX_PIXELS / 1e6} million are the most.`,
  );
}
