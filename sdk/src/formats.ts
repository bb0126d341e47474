import { AUDIO, IMAGE, type Pool, TEXT } from "./pools.ts";

/** A file format that a Datanet of one pool takes. */
export type Format = {
  pool: Pool;
  mediaType: string;
  /** With the dot, lower case; the first is the usual one. */
  extensions: readonly string[];
  /** What a person calls it. */
  label: string;
};

/** Every format that can be contributed. The content of a file decides which one it is, never its name. */
export const FORMATS: readonly Format[] = [
  { pool: TEXT, mediaType: "text/markdown", extensions: [".md"], label: "Markdown" },
  { pool: TEXT, mediaType: "text/plain", extensions: [".txt"], label: "plain text" },
  { pool: TEXT, mediaType: "application/pdf", extensions: [".pdf"], label: "PDF with a text layer" },
  {
    pool: TEXT,
    mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions: [".docx"],
    label: "Word document",
  },
  {
    pool: TEXT,
    mediaType: "application/jsonl",
    extensions: [".jsonl"],
    label: "JSON lines of prompt and response, or of chat messages",
  },
  { pool: IMAGE, mediaType: "image/png", extensions: [".png"], label: "PNG" },
  { pool: IMAGE, mediaType: "image/jpeg", extensions: [".jpg", ".jpeg"], label: "JPEG" },
  { pool: IMAGE, mediaType: "image/webp", extensions: [".webp"], label: "WebP" },
  { pool: IMAGE, mediaType: "image/tiff", extensions: [".tiff", ".tif"], label: "TIFF" },
  { pool: IMAGE, mediaType: "image/bmp", extensions: [".bmp"], label: "BMP" },
  { pool: AUDIO, mediaType: "audio/wav", extensions: [".wav"], label: "WAV" },
  { pool: AUDIO, mediaType: "audio/mpeg", extensions: [".mp3"], label: "MP3" },
  { pool: AUDIO, mediaType: "audio/flac", extensions: [".flac"], label: "FLAC" },
];

/** The formats that Datanets of a pool take; none for COMPUTE. */
export function formatsOf(pool: Pool): readonly Format[] {
  return FORMATS.filter((format) => format.pool === pool);
}

/** The format of a media type, or undefined when nobody may contribute it. */
export function formatOfMediaType(mediaType: string): Format | undefined {
  return FORMATS.find((format) => format.mediaType === mediaType);
}

/** The format that a file's name promises, or undefined. */
export function formatOfName(name: string): Format | undefined {
  const dot = name.lastIndexOf(".");
  if (dot < 0) return undefined;
  const extension = name.slice(dot).toLowerCase();
  return FORMATS.find((format) => format.extensions.includes(extension));
}

/** What a file input of a page accepts for a pool, e.g. ".png,.jpg,…". */
export function acceptOf(pool: Pool): string {
  return formatsOf(pool)
    .flatMap((format) => format.extensions)
    .join(",");
}
