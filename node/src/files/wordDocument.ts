import { openArchive } from "./archive.ts";
import { Refusal, sentenceOf } from "./refusal.ts";

const MAIN_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
/** A tree of XML takes some twenty times the memory of its text. */
const MAX_XML_BYTES = 16 * 1024 * 1024;

/**
 * The text of a .docx document, paragraphs apart by blank lines.
 *
 * @throws {Refusal} for archives that only look like one, documents with macros, and damaged ones.
 */
export async function wordText(bytes: Buffer): Promise<string> {
  const { names, read } = await openArchive(bytes);
  const types = (await read("[Content_Types].xml"))?.toString() ?? "";
  if (/macroEnabled/i.test(types) || names.some((name) => /vbaProject\.bin$/i.test(name))) {
    throw new Refusal("hidden-content", "The document holds macros, which are programs. Save it as .docx.");
  }
  const main = mainPartOf(types);
  if (main === undefined || !names.includes(main)) {
    throw new Refusal("disguised", "The content is a zip archive that holds no Word document.");
  }
  await checkXml(names, read);
  const { default: mammoth } = await import("mammoth");
  try {
    return (await mammoth.extractRawText({ buffer: bytes })).value;
  } catch (error) {
    throw new Refusal("unreadable", `The document cannot be read: ${sentenceOf(error)}.`);
  }
}

/** The name of the part that the list of types calls the document; attributes stand in any order. */
function mainPartOf(types: string): string | undefined {
  const override = types.match(/<Override\b[^>]*>/g)?.find((tag) => tag.includes(`"${MAIN_PART}"`));
  return override?.match(/PartName="\/([^"]+)"/)?.[1];
}

/** XML that declares entities can grow without end, and Word never writes any. */
async function checkXml(
  names: readonly string[],
  read: (name: string) => Promise<Buffer | undefined>,
): Promise<void> {
  let total = 0;
  for (const name of names.filter((part) => /\.(xml|rels)$/i.test(part))) {
    const xml = await read(name);
    total += xml?.length ?? 0;
    if (total > MAX_XML_BYTES) {
      throw new Refusal("unpacks-too-large", `Its text unpacks to more than ${MAX_XML_BYTES / 2 ** 20} MiB.`);
    }
    if (xml?.includes("<!DOCTYPE") || xml?.includes("<!ENTITY")) {
      throw new Refusal(
        "unreadable",
        `The part ${name} declares a document type, which Word documents never do.`,
      );
    }
    // Some readers pass over such text: what is judged and what is learnt would differ.
    if (xml?.includes("<![CDATA[")) {
      throw new Refusal("hidden-content", `The part ${name} holds a CDATA section, which Word never writes.`);
    }
  }
}
