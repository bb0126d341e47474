import { openPicture } from "../files/pictures.ts";
import { type Opinion, reject } from "./opinion.ts";

const LEAST_SIDE = 64;
const GOOD_SIDE = 128;
const EXCELLENT_SIDE = 256;
/** Below this spread of brightness (of 255) and this entropy (bits), a picture shows one colour. */
const FLAT_SPREAD = 3;
const FLAT_ENTROPY = 1;
/** sharp's measure of the strength of edges; photographs out of focus stay below. */
const SHARP = 0.5;

const HASH_SIDE = 16;
/** Bits of 256 in which two hashes of the same picture, scaled or saved anew, differ at most. */
export const SAME_PICTURE_BITS = 40;

/** Judge a picture by itself: size, flatness, sharpness. */
export async function judgePicture(path: string, mediaType: string): Promise<Opinion> {
  const picture = await openPicture(path, mediaType);
  const { width = 0, height = 0 } = await picture.clone().metadata();
  const side = Math.min(width, height);
  if (side < LEAST_SIDE) {
    return reject(
      "too-small-image",
      `The picture is ${width} × ${height} pixels; each side needs ${LEAST_SIDE}.`,
    );
  }
  const { entropy, sharpness, channels } = await picture.clone().flatten().toColourspace("srgb").stats();
  const spread = Math.max(...channels.map((channel) => channel.stdev));
  if (spread < FLAT_SPREAD || entropy < FLAT_ENTROPY) {
    return reject(
      "flat-image",
      `Brightness spreads by ${spread.toFixed(1)} of 255, entropy is ${entropy.toFixed(1)} bits.`,
    );
  }
  const why = `${width} × ${height} pixels, entropy ${entropy.toFixed(1)} bits, sharpness ${sharpness.toFixed(1)}`;
  if (sharpness < SHARP) return { grade: 1, why: `${why}: blurred` };
  if (side >= EXCELLENT_SIDE && entropy >= 4) return { grade: 3, why };
  return { grade: side >= GOOD_SIDE ? 2 : 1, why };
}

/**
 * A hash of what a picture shows (difference hash, 256 bits): whether each of 16 × 16 places is brighter than its right
 * neighbour. Scaling, recompression and another format change few bits.
 */
export async function pictureHash(path: string, mediaType: string): Promise<Buffer> {
  const picture = await openPicture(path, mediaType);
  const { data } = await picture
    .autoOrient()
    .flatten()
    .greyscale()
    .resize(HASH_SIDE + 1, HASH_SIDE, { fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const hash = Buffer.alloc((HASH_SIDE * HASH_SIDE) / 8);
  for (let row = 0; row < HASH_SIDE; row++) {
    for (let column = 0; column < HASH_SIDE; column++) {
      const at = row * (HASH_SIDE + 1) + column;
      const bit = row * HASH_SIDE + column;
      if ((data[at] ?? 0) > (data[at + 1] ?? 0)) hash[bit >> 3] = (hash[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return hash;
}
