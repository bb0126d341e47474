import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { GoodFile } from "./corpus.ts";

const FOLDER = fileURLToPath(new URL("data/audio/", import.meta.url));

/** Real recordings: spoken digits, two takes of each by four people, and sentences read from a book and of playing cards. */
export function goodSounds(): GoodFile[] {
  return readdirSync(FOLDER)
    .filter((name) => /\.(wav|flac)$/.test(name))
    .sort()
    .map((name) => ({
      modality: "audio" as const,
      // Both takes of a digit by one person are in one part.
      source: name.replace(/(_[01])?\.\w+$/, ""),
      name,
      bytes: readFileSync(`${FOLDER}${name}`),
    }));
}
