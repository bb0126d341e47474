/** The file formats that the Datanets take, by pool. DESIGN: content decides, the name has to agree. */

/** One accepted file format. */
export interface Format {
  mediaType: string;
  /** Pool number on-chain: TEXT 0, IMAGE 1, AUDIO 2. */
  pool: number;
  /** Extensions a file of this format may carry, without the dot. */
  extensions: readonly string[];
  /** How `file-type` names the content; undefined for formats that have no magic bytes. */
  magic?: string;
}

export const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

export const FORMATS: readonly Format[] = [
  { mediaType: "text/markdown", pool: 0, extensions: ["md", "markdown"] },
  { mediaType: "text/plain", pool: 0, extensions: ["txt"] },
  { mediaType: "application/jsonl", pool: 0, extensions: ["jsonl"] },
  { mediaType: "application/pdf", pool: 0, extensions: ["pdf"], magic: "pdf" },
  { mediaType: DOCX, pool: 0, extensions: ["docx"], magic: "docx" },
  { mediaType: "image/png", pool: 1, extensions: ["png"], magic: "png" },
  { mediaType: "image/jpeg", pool: 1, extensions: ["jpg", "jpeg"], magic: "jpg" },
  { mediaType: "image/webp", pool: 1, extensions: ["webp"], magic: "webp" },
  { mediaType: "image/tiff", pool: 1, extensions: ["tif", "tiff"], magic: "tif" },
  { mediaType: "image/bmp", pool: 1, extensions: ["bmp"], magic: "bmp" },
  { mediaType: "audio/wav", pool: 2, extensions: ["wav"], magic: "wav" },
  { mediaType: "audio/mpeg", pool: 2, extensions: ["mp3"], magic: "mp3" },
  { mediaType: "audio/flac", pool: 2, extensions: ["flac"], magic: "flac" },
];

/** The largest file that can ever be submitted: an address's bytes of one day. */
export const MAX_FILE_BYTES = 10_485_760;

/** The format that a file's name claims. */
export function formatOfName(name: string): Format | undefined {
  const extension = name.toLowerCase().match(/\.([a-z0-9]+)$/)?.[1];
  return extension === undefined
    ? undefined
    : FORMATS.find((format) => format.extensions.includes(extension));
}

/** The extensions that a pool takes, as a person reads them: ".png, .jpg". */
export function extensionsOfPool(pool: number): string {
  return FORMATS.filter((format) => format.pool === pool)
    .flatMap((format) => format.extensions.map((extension) => `.${extension}`))
    .join(", ");
}
