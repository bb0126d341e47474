/** First bytes by media type, at an offset; a format is told when any of its signatures fits. */
const SIGNATURES = new Map<string, readonly { at: number; bytes: readonly number[] }[][]>(
  Object.entries({
    "application/pdf": [[ascii(0, "%PDF-")]],
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": [
      [{ at: 0, bytes: [0x50, 0x4b, 3, 4] }],
    ],
    "image/png": [[{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }]],
    "image/jpeg": [[{ at: 0, bytes: [0xff, 0xd8, 0xff] }]],
    "image/webp": [[ascii(0, "RIFF"), ascii(8, "WEBP")]],
    "image/tiff": [[{ at: 0, bytes: [0x49, 0x49, 0x2a, 0] }], [{ at: 0, bytes: [0x4d, 0x4d, 0, 0x2a] }]],
    "image/bmp": [[ascii(0, "BM")]],
    "audio/wav": [[ascii(0, "RIFF"), ascii(8, "WAVE")]],
    "audio/flac": [[ascii(0, "fLaC")], [ascii(0, "ID3")]],
  }),
);

/** How many of a file's first bytes `startsLike` looks at. */
export const HEAD_BYTES = 512;

/**
 * Whether a file begins as files of a media type do. It tells a picture from a text, and no more: whether a file is whole
 * is for the validators, who decode it.
 *
 * @param head The first `HEAD_BYTES` bytes, or all of a shorter file.
 */
export function startsLike(mediaType: string, head: Uint8Array): boolean {
  const signatures = SIGNATURES.get(mediaType);
  if (signatures !== undefined) {
    return signatures.some((parts) =>
      parts.every(({ at, bytes }) => bytes.every((byte, index) => head[at + index] === byte)),
    );
  }
  if (mediaType === "audio/mpeg")
    return hasText(head, "ID3") || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0);
  // Text: UTF-16 holds zeros in one place of each pair of bytes, and every other encoding holds none.
  const [even, odd] = [0, 1].map((place) => head.some((byte, index) => index % 2 === place && byte === 0));
  return !(even && odd);
}

function ascii(at: number, text: string): { at: number; bytes: number[] } {
  return { at, bytes: [...text].map((letter) => letter.charCodeAt(0)) };
}

function hasText(head: Uint8Array, text: string): boolean {
  return ascii(0, text).bytes.every((byte, index) => head[index] === byte);
}
