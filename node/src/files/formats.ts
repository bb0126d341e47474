import { FORMATS, type Format, formatsOf } from "@openledger/sdk/formats";
import type { Pool } from "@openledger/sdk/pools";

/** The media type of .docx. */
export const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** What `file-type` calls the content of each format; the formats that are not here have no magic bytes. */
const MAGIC = new Map<string, string>([
  ["pdf", "application/pdf"],
  ["docx", DOCX],
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["webp", "image/webp"],
  ["tif", "image/tiff"],
  ["bmp", "image/bmp"],
  ["wav", "audio/wav"],
  ["mp3", "audio/mpeg"],
  ["flac", "audio/flac"],
]);

const WITH_MAGIC = new Set(MAGIC.values());

/** The format that magic bytes tell, by the name that `file-type` has for it. */
export function formatOfMagic(name: string): Format | undefined {
  return FORMATS.find((format) => format.mediaType === MAGIC.get(name));
}

/** Whether files of a format begin with bytes that tell it; plain text does not. */
export function hasMagic(format: Format): boolean {
  return WITH_MAGIC.has(format.mediaType);
}

/** The endings that a pool takes, as a person reads them: ".png, .jpg". */
export function extensionsOfPool(pool: number): string {
  return formatsOf(pool as Pool)
    .flatMap((format) => format.extensions)
    .join(", ");
}
