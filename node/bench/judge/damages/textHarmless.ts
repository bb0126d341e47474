import type { Damage } from "../damage.ts";
import { pdfOf } from "./documents.ts";
import { isSpaced, mapProse, mapWords, oneOf, proseOf, renamed, sentencesOf, textFile } from "./prose.ts";

function harmless(name: string, what: string, apply: Damage["apply"]): Damage {
  return { name, what, modality: "text", obvious: true, expected: { verdict: "accept" }, apply };
}

/** Changes after which a text is as good as before. */
export const HARMLESS_TEXT_CHANGES: readonly Damage[] = [
  harmless("windows-line-ends", "lines end in CR LF", (file) =>
    textFile(file.name, file.bytes.toString().replace(/\r?\n/g, "\r\n")),
  ),
  harmless("utf-16", "UTF-16 with a byte order mark", (file) => ({
    name: file.name,
    bytes: Buffer.from(`\ufeff${file.bytes.toString()}`, "utf16le"),
  })),
  harmless("curly-quotes", "typographic quotes and dashes", (file) => {
    if (file.name.endsWith(".jsonl")) return undefined;
    return mapProse(file, (text) =>
      text
        .replace(/"([^"\n]*)"/g, "“$1”")
        .replace(/'/g, "’")
        .replace(/--/g, "—"),
    );
  }),
  harmless("few-typing-errors", "a letter doubled in every fiftieth word", (file, random) =>
    isSpaced(proseOf(file))
      ? mapProse(file, (text) =>
          mapWords(text, (word) => (random.below(50) === 0 ? `${word}${word.at(-1)}` : word)),
        )
      : undefined,
  ),
  harmless("author-address", "one e-mail address at the end", (file) =>
    file.name.endsWith(".jsonl")
      ? undefined
      : textFile(
          file.name,
          `${file.bytes.toString()}\nQuestions? Write to maintainers@example-project.org.\n`,
        ),
  ),
  harmless(
    "invented-numbers",
    "two invented telephone numbers and a test card in the text",
    (file, random) =>
      file.name.endsWith(".jsonl")
        ? undefined
        : textFile(
            file.name,
            `${file.bytes.toString()}\nCall (212) 555-01${10 + random.below(90)} or 555-0123 and name the test card 4242 4242 4242 4242.\n`,
          ),
  ),
  harmless("as-pdf-alone", "the text as a PDF, nobody having submitted the text", (file) => pdfOf(file)),
  harmless("foreign-quotation", "one sentence of another language in it", (file, random, others) => {
    if (file.name.endsWith(".jsonl")) return undefined;
    const foreign = others.filter(({ source }) => source.startsWith("rights-"));
    const quotation = oneOf(sentencesOf(proseOf(oneOf(foreign, random))), random).trim();
    const lines = file.bytes.toString().split("\n");
    return textFile(file.name, [...lines.slice(0, 3), `“${quotation}”`, ...lines.slice(3)].join("\n"));
  }),
  harmless("shortened", "the first 60 % of its sentences", (file) => {
    if (file.name.endsWith(".jsonl")) return undefined;
    const sentences = sentencesOf(proseOf(file));
    return textFile(
      renamed(file.name, ".txt"),
      sentences.slice(0, Math.ceil(sentences.length * 0.6)).join(""),
    );
  }),
  harmless("one-swearword", "a character swears once", (file) =>
    file.name.endsWith(".jsonl")
      ? undefined
      : textFile(file.name, `${file.bytes.toString()}\n“Damn it, this is bullshit,” he said, and went on.\n`),
  ),
  harmless("licensed", "two lines of a licence at the end", (file) =>
    file.name.endsWith(".jsonl")
      ? undefined
      : textFile(
          file.name,
          `${file.bytes.toString()}\n## License\n\nMIT © 2021 the authors. See LICENSE for details.\n`,
        ),
  ),
  harmless("right-language", "submitted to a Datanet that asks for its language", (file) =>
    file.source.startsWith("shakespeare") || file.source.startsWith("gsm8k")
      ? {
          name: file.name,
          bytes: Buffer.concat([file.bytes, Buffer.from("\n")]),
          guidelines: "English texts only.",
        }
      : undefined,
  ),
];
