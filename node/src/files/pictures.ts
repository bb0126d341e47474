import type { Metadata, Sharp } from "sharp";
import { decodeBitmap } from "./bitmap.ts";
import { Refusal, sentenceOf } from "./refusal.ts";

/** A picture may state at most this many pixels: a small file can otherwise unpack to gigabytes. */
const MAX_PIXELS = 50_000_000;
/** A larger picture is looked at on this scale: what matters in it can be seen there, and memory stays bounded. */
const LONGEST_SIDE = 1024;

/** A picture that was decoded once, for everybody who looks at it. */
export interface Picture {
  /** Size as a person sees it, after the rotation that the file asks for. */
  width: number;
  height: number;
  /** The picture on white, scaled down to at most 1024 pixels a side: three bytes a pixel, rows from the top. */
  pixels: { width: number; height: number; data: Buffer };
  /** Metadata as they stand in the file. */
  exif?: Buffer;
  xmp?: Buffer;
}

/**
 * Decode every pixel of a picture.
 *
 * @throws {Refusal} when it is damaged, cut off, too large, or not one picture.
 */
export async function decodePicture(bytes: Buffer, mediaType: string): Promise<Picture> {
  try {
    const { pipeline, header } = await open(bytes, mediaType);
    const { data, info } = await pipeline
      .autoOrient()
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: "inside", withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const picture: Picture = {
      ...orientedSize(header),
      pixels: { width: info.width, height: info.height, data: inColour(data, info.channels) },
    };
    // A TIFF file is itself what EXIF metadata are in other files.
    const exif = mediaType === "image/tiff" ? bytes : header.exif;
    if (exif !== undefined) picture.exif = exif;
    if (header.xmp !== undefined) picture.xmp = header.xmp;
    return picture;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("unreadable", `The picture cannot be decoded: ${sentenceOf(error)}`);
  }
}

type Header = Pick<Metadata, "width" | "height" | "orientation" | "exif" | "xmp">;

/** sharp is loaded at the first use because loading it is slow. */
async function open(bytes: Buffer, mediaType: string): Promise<{ pipeline: Sharp; header: Header }> {
  const { default: sharp } = await import("sharp");
  if (mediaType === "image/bmp") {
    const { width, height, data } = decodeBitmap(bytes, MAX_PIXELS);
    return { pipeline: sharp(data, { raw: { width, height, channels: 3 } }), header: { width, height } };
  }
  // What a header states decides before a pixel is decoded; a picture in a Datanet is one picture.
  const header = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { width, height, pages = 1 } = header;
  if (width * height > MAX_PIXELS) throw tooManyPixels(width, height);
  if (pages > 1) throw new Refusal("several-pictures", `The file holds ${pages} pictures.`);
  return {
    pipeline: sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", sequentialRead: true }),
    header,
  };
}

function orientedSize({ width, height, orientation = 1 }: Header): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Pixels of one channel (grey) as pixels of three. */
function inColour(data: Buffer, channels: number): Buffer {
  if (channels === 3) return data;
  const colour = Buffer.alloc((data.length / channels) * 3);
  for (let at = 0, to = 0; at < data.length; at += channels, to += 3)
    colour.fill(data[at] as number, to, to + 3);
  return colour;
}

function tooManyPixels(width: number, height: number): Refusal {
  return new Refusal(
    "unpacks-too-large",
    `The picture has ${width} × ${height} pixels; ${MAX_PIXELS / 1e6} million are the most.`,
  );
}
