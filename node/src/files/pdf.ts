import { Refusal, sentenceOf } from "./refusal.ts";

const MAX_PAGES = 5_000;
/** A page can be shown any number of times: the text of a small file can be endless. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/**
 * The text layer of a PDF, pages apart by a blank line.
 *
 * @throws {Refusal} when it is damaged, cut off, encrypted, or has no text layer.
 */
export async function pdfText(bytes: Buffer): Promise<string> {
  if (bytes.lastIndexOf("%%EOF", undefined, "latin1") < 0) {
    throw new Refusal("unreadable", "The PDF is cut off: its end mark is missing.");
  }
  const { getDocumentProxy } = await import("unpdf");
  try {
    // 0: no warnings about odd fonts on the console.
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    try {
      const { info } = await document.getMetadata();
      if ((info as { EncryptFilterName?: string | null }).EncryptFilterName) throw encrypted();
      return await textOfPages(document);
    } finally {
      await document.loadingTask.destroy();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof Error && error.name === "PasswordException") throw encrypted();
    throw new Refusal("unreadable", `The PDF cannot be read: ${sentenceOf(error)}`);
  }
}

type PdfDocument = Awaited<ReturnType<typeof import("unpdf")["getDocumentProxy"]>>;

async function textOfPages(document: PdfDocument): Promise<string> {
  if (document.numPages > MAX_PAGES) {
    throw new Refusal("unpacks-too-large", `It has ${document.numPages} pages; ${MAX_PAGES} are the most.`);
  }
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const text = await textOfPage(document, number);
    characters += text.length;
    if (characters > MAX_CHARACTERS) {
      throw new Refusal("unpacks-too-large", `Its text has more than ${MAX_CHARACTERS} characters.`);
    }
    pages.push(text);
  }
  if (pages.every((page) => page.trim() === "")) {
    throw new Refusal(
      "no-text-layer",
      "The PDF holds no text, only pictures of it. Run text recognition first.",
    );
  }
  return pages.join("\n\n");
}

async function textOfPage(document: PdfDocument, number: number): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  } catch (error) {
    throw new Refusal("unreadable", `Page ${number} of the PDF cannot be read: ${sentenceOf(error)}`);
  }
}

function encrypted(): Refusal {
  return new Refusal(
    "encrypted",
    "The PDF is encrypted. Save it without a password and without restrictions.",
  );
}
