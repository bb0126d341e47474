import { deflateRawSync } from "node:zlib";
import { passagesOf } from "../../passages.ts";
import { wordsOf } from "../../words.ts";
import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** Text is packed in pieces of this many bytes, so that long texts are not called repetitive for being long. */
const PIECE_BYTES = 32_768;
/** Ordinary prose packs to 35-60 % of its size; long tables and code still stay above a tenth. */
const LEAST_PACKED_SHARE = 0.12;
/** Shorter texts pack badly and well by chance. */
const PACKED_FROM_BYTES = 300;
const LEAST_PASSAGE_LETTERS = 20;

export const repetition: Check<TextSubject> = {
  name: "repetition",
  purpose:
    "Rejects a text that packs to less than 12 % of its size, or most of whose passages stand in it more than once.",
  source:
    "Compression ratio (DEFLATE, RFC 1951) and duplicate-paragraph share as in MassiveText (Rae et al. 2021, Gopher, table A1).",
  reasons: ["repetitive"],
  find({ prose, mediaType }) {
    const bytes = Buffer.from(prose);
    if (bytes.length >= PACKED_FROM_BYTES) {
      const share = packedShare(bytes);
      if (share < LEAST_PACKED_SHARE) {
        return rejected(`The text packs to ${Math.round(share * 100)} % of its size: it repeats itself.`);
      }
    }
    const passages = passagesOf(prose, mediaType === "application/jsonl" ? "text/plain" : mediaType)
      .map((passage) => wordsOf(passage).join(" "))
      .filter((passage) => passage.length >= LEAST_PASSAGE_LETTERS);
    const different = new Set(passages).size;
    if (passages.length >= 6 && different * 2 < passages.length) {
      return rejected(`Only ${different} of its ${passages.length} passages are different.`);
    }
    return undefined;
  },
};

function rejected(why: string) {
  return { reason: "repetitive", why } as const;
}

function packedShare(bytes: Buffer): number {
  let packed = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    packed += deflateRawSync(bytes.subarray(at, at + PIECE_BYTES)).length;
  }
  return packed / bytes.length;
}
