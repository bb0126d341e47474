import { PDFDocument, StandardFonts } from "pdf-lib";
import type { GoodFile } from "../corpus.ts";
import type { Damaged } from "../damage.ts";
import { proseOf, renamed } from "./prose.ts";

const LINES_A_PAGE = 45;
const CHARACTERS_A_LINE = 90;

/** A text as a PDF with a text layer; undefined for letters that the standard fonts lack. */
export async function pdfOf(file: GoodFile): Promise<Damaged | undefined> {
  const text = proseOf(file);
  if (/[^\n\x20-\x7e]/.test(text)) return undefined;
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.TimesRoman);
  const lines = text.split("\n").flatMap((line) => wrapped(line));
  for (let at = 0; at < lines.length; at += LINES_A_PAGE) {
    const page = document.addPage();
    page.drawText(lines.slice(at, at + LINES_A_PAGE).join("\n"), {
      x: 50,
      y: 780,
      size: 11,
      lineHeight: 16,
      font,
    });
  }
  return { name: renamed(file.name, ".pdf"), bytes: Buffer.from(await document.save()) };
}

function wrapped(line: string): string[] {
  const lines: string[] = [""];
  for (const word of line.split(" ")) {
    const last = lines.length - 1;
    if ((lines[last]?.length ?? 0) + word.length > CHARACTERS_A_LINE) lines.push(word);
    else lines[last] = lines[last] === "" ? word : `${lines[last]} ${word}`;
  }
  return lines;
}
