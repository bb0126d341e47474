import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import type { Hex } from "viem";
import { assay } from "../judge/assay.ts";
import type { KnownFile } from "../judge/known.ts";
import { encodeTextPrint, textPrint } from "../judge/prints/textPrint.ts";

const DEMO = new URL("../../../scripts/demo/files/", import.meta.url).pathname;
/** So many files later a copy comes; further away than what a restarted process judges again. */
const COPY_AFTER = 40;
/** So many files later the court rejects a submission, of which copies come later still. */
const REJECTED_AFTER = 25;
const WORDS = 120;
/** Pictures and recordings among the texts. */
const OTHERS = 6;

/** A file in the order of the chain, with its fingerprint in base64, and what the court says just before it comes. */
export interface ChainedFile {
  file: KnownFile;
  print: string;
  passages: number[];
  finalized?: { root: Hex; grade: number };
}

/** Texts, pictures and recordings with exact copies and near copies among them, some of files that were rejected meanwhile. */
export async function chainedFiles(count: number): Promise<ChainedFile[]> {
  const others = [...(await printsOf("image", IMAGE)), ...(await printsOf("audio", AUDIO))];
  const files: ChainedFile[] = [];
  for (let place = 0; place < count; place += 1) {
    const earlier = place < COPY_AFTER ? undefined : files[place - COPY_AFTER];
    const made = place % 3 === 0 ? others[(place / 3) % COPY_AFTER] : undefined;
    const next =
      place % 3 === 1 && earlier !== undefined ? copyOf(earlier, place) : (made ?? textOf(wordsOf(place)));
    const finalized = place % 5 === 0 ? files[place - REJECTED_AFTER] : undefined;
    const file = {
      datanet: 1,
      pool: next.pool,
      root: hashOf(`submission ${place}`),
      index: 0,
      block: 100 + place,
      logIndex: 0,
      sha256: next.sha256 ?? hashOf(`bytes ${place}`),
      name: `file-${place}`,
    };
    const rejected = finalized === undefined ? {} : { finalized: { root: finalized.file.root, grade: 0 } };
    files.push({ file, print: next.print, passages: next.passages, ...rejected });
  }
  return files;
}

interface Made {
  pool: number;
  print: string;
  passages: number[];
  sha256?: Hex;
}

/** The same bytes again, or nearly the same content: a copy of a text has some other words. */
function copyOf({ file, print, passages }: ChainedFile, place: number): Made {
  if (file.pool !== TEXT) return { pool: file.pool, print, passages };
  if (place % 2 === 0) return { pool: TEXT, print, passages, sha256: file.sha256 };
  const words = wordsOf(place - COPY_AFTER).map((word, at) => (at % 12 === 0 ? `other${place}` : word));
  return textOf(words);
}

function wordsOf(seed: number): string[] {
  let state = seed + 1;
  return Array.from({ length: WORDS }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return `w${(state >>> 8) % 5_000}`;
  });
}

function textOf(words: readonly string[]): Made {
  const print = textPrint(words.join(" "));
  if (print === undefined) throw new Error("The text is too short.");
  return { pool: TEXT, print: encodeTextPrint(print).toString("base64"), passages: [] };
}

async function printsOf(folder: "image" | "audio", pool: number): Promise<Made[]> {
  const made: Made[] = [];
  for (const name of (await readdir(join(DEMO, folder))).toSorted().slice(0, OTHERS)) {
    const { fingerprint } = await assay({ path: join(DEMO, folder, name), name, pool });
    if (fingerprint !== undefined)
      made.push({ pool, print: Buffer.from(fingerprint.print).toString("base64"), passages: [] });
  }
  return made;
}

function hashOf(text: string): Hex {
  return `0x${createHash("sha256").update(text).digest("hex")}`;
}
