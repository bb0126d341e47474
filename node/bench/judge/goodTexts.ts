import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GoodFile } from "./corpus.ts";

const FOLDER = fileURLToPath(new URL("data/text/", import.meta.url));
const PLAY_BYTES = 2_000;
/** Speeches of neighbouring pieces share names, so that this many pieces are one source. */
const PIECES_A_SOURCE = 5;
const PROBLEMS_A_FILE = 4;

/** Real texts: pieces of plays, worked problems, descriptions of software, one declaration in 86 languages. */
export function goodTexts(): GoodFile[] {
  return [...plays(), ...problems(), ...folder("rights", ".txt"), ...folder("readmes", ".md")];
}

function plays(): GoodFile[] {
  const files: GoodFile[] = [];
  let piece = "";
  for (const speech of readFileSync(join(FOLDER, "shakespeare.txt"), "utf8").split("\n\n")) {
    piece += `${speech}\n\n`;
    if (Buffer.byteLength(piece) < PLAY_BYTES) continue;
    const number = files.length;
    files.push({
      modality: "text",
      source: `shakespeare-${Math.floor(number / PIECES_A_SOURCE)}`,
      name: `play-${number}.txt`,
      bytes: Buffer.from(piece),
      guidelines: "Scenes from plays in verse or prose, with the names of the speakers.",
    });
    piece = "";
  }
  return files;
}

function problems(): GoodFile[] {
  const lines = readFileSync(join(FOLDER, "gsm8k.jsonl"), "utf8").trim().split("\n");
  const files: GoodFile[] = [];
  for (let at = 0; at + PROBLEMS_A_FILE <= lines.length; at += PROBLEMS_A_FILE) {
    const number = at / PROBLEMS_A_FILE;
    files.push({
      modality: "text",
      source: `gsm8k-${number}`,
      name: `problems-${number}.jsonl`,
      bytes: Buffer.from(`${lines.slice(at, at + PROBLEMS_A_FILE).join("\n")}\n`),
      guidelines: "Grade school maths problems in words, each with a worked answer.",
    });
  }
  return files;
}

function folder(name: string, ending: string): GoodFile[] {
  return readdirSync(join(FOLDER, name))
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      modality: "text" as const,
      source: `${name}-${file}`,
      name: file,
      bytes: readFileSync(join(FOLDER, name, file)),
    }));
}
