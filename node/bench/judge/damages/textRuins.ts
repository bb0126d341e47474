import type { ReasonKey } from "@openledger/sdk/reasons";
import type { Damage } from "../damage.ts";
import { pdfOf } from "./documents.ts";
import {
  isSpaced,
  mapProse,
  mapWords,
  noise,
  oneOf,
  proseOf,
  renamed,
  sentencesOf,
  shuffled,
  textFile,
} from "./prose.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const PRINTABLE = `${LETTERS}${LETTERS.toUpperCase()}0123456789+/=-_#*!?.,;:    `;
const latin1 = new TextDecoder("windows-1252");

function ruin(
  name: string,
  what: string,
  reasons: readonly ReasonKey[],
  apply: Damage["apply"],
  obvious = true,
): Damage {
  return { name, what, modality: "text", obvious, expected: { verdict: "reject", reasons }, apply };
}

/** Damage after which a text cannot be read or makes no sense. */
export const TEXT_RUINS: readonly Damage[] = [
  ruin("shuffled-letters", "all letters in random order", ["not-language"], (file, random) =>
    textFile(renamed(file.name, ".txt"), shuffled([...proseOf(file)], random).join("")),
  ),
  ruin(
    "scrambled-words",
    "the letters of every word in random order",
    ["not-language", "jumbled"],
    (file, random) =>
      isSpaced(proseOf(file))
        ? mapProse(file, (text) => mapWords(text, (word) => shuffled([...word], random).join("")))
        : undefined,
  ),
  ruin("shuffled-words", "all words in random order", ["jumbled"], (file, random) =>
    isSpaced(proseOf(file))
      ? mapProse(file, (text) => shuffled(text.split(/\s+/), random).join(" "))
      : undefined,
  ),
  ruin(
    "shuffled-bare-words",
    "all words in random order, in small letters and without punctuation",
    ["jumbled"],
    (file, random) =>
      isSpaced(proseOf(file))
        ? mapProse(file, (text) =>
            shuffled(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [], random).join(" "),
          )
        : undefined,
  ),
  ruin(
    "words-of-many-texts",
    "random words of other files",
    ["jumbled", "mixed-languages", "not-language"],
    (file, random, others) => {
      const bags = Array.from({ length: 20 }, () => proseOf(oneOf(others, random)).split(/\s+/));
      return textFile(
        renamed(file.name, ".txt"),
        Array.from({ length: 350 }, () => oneOf(oneOf(bags, random), random)).join(" "),
      );
    },
  ),
  ruin("machine-noise", "random printable characters", ["not-language"], (file, random) =>
    textFile(renamed(file.name, ".txt"), noise(PRINTABLE, 2_000, random)),
  ),
  ruin("base64", "the text in base64", ["not-language"], (file) =>
    textFile(renamed(file.name, ".txt"), Buffer.from(proseOf(file)).toString("base64")),
  ),
  ruin("hexadecimal", "the text in hexadecimal digits", ["not-language"], (file) =>
    textFile(renamed(file.name, ".txt"), Buffer.from(proseOf(file)).toString("hex")),
  ),
  ruin(
    "half-noise",
    "every second paragraph replaced by random characters",
    ["not-language"],
    (file, random) =>
      textFile(
        renamed(file.name, ".txt"),
        sentencesOf(proseOf(file))
          .map((sentence, index) =>
            index % 2 === 0 ? sentence : `${noise(PRINTABLE, sentence.length, random)}\n`,
          )
          .join(""),
      ),
  ),
  ruin("numbers", "nothing but numbers", ["not-language"], (file, random) =>
    textFile(
      renamed(file.name, ".txt"),
      Array.from({ length: 200 }, () => `${random.below(100_000)}, ${random.next().toFixed(4)}`).join("\n"),
    ),
  ),
  ruin("no-blanks", "without blanks and punctuation", ["not-language"], (file) =>
    isSpaced(proseOf(file)) ? mapProse(file, (text) => text.replace(/[^\p{L}\p{M}]+/gu, "")) : undefined,
  ),
  ruin("mojibake", "UTF-8 read as windows-1252", ["garbled", "not-language"], (file) => {
    const text = proseOf(file);
    // In a text with few such letters a person would hardly see it.
    const foreign = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    if (foreign < 10 || foreign / text.length < 0.01) return undefined;
    return mapProse(file, (prose) => latin1.decode(Buffer.from(prose)).replace(/[\u0080-\u009f]/g, "\u00bf"));
  }),
  ruin("lost-letters", "every tenth letter replaced by U+FFFD", ["garbled"], (file, random) =>
    mapProse(file, (text) =>
      text.replace(/\p{L}/gu, (letter) => (random.below(10) === 0 ? "\ufffd" : letter)),
    ),
  ),
  ruin("cropped-to-nothing", "the first 40 characters", ["too-short"], (file) =>
    textFile(renamed(file.name, ".txt"), proseOf(file).slice(0, 40)),
  ),
  ruin("blank", "blanks and line ends", ["empty"], (file) =>
    textFile(renamed(file.name, ".txt"), " \n\t\n".repeat(100)),
  ),
  ruin("cut-line", "JSONL that ends in the middle of a line", ["malformed-jsonl"], (file) =>
    file.name.endsWith(".jsonl") ? { name: file.name, bytes: file.bytes.subarray(0, -30) } : undefined,
  ),
  ruin("cut-document", "the first half of a PDF", ["unreadable", "disguised"], async (file) => {
    const pdf = await pdfOf(file);
    return pdf && { name: pdf.name, bytes: pdf.bytes.subarray(0, pdf.bytes.length / 2) };
  }),
  ruin("wrong-ending", "text under the name of a PDF", ["disguised"], (file) => ({
    name: renamed(file.name, ".pdf"),
    bytes: Buffer.concat([file.bytes, Buffer.from("\n")]),
  })),
  ruin(
    "bytes-lost",
    "every twentieth byte replaced by a random one",
    ["disguised", "unreadable", "malformed-jsonl"],
    (file, random) => ({
      name: file.name,
      bytes: Buffer.from(file.bytes.map((byte) => (random.below(20) === 0 ? random.below(256) : byte))),
    }),
  ),
  ruin("repeated-sentence", "one sentence 40 times", ["repetitive"], (file) => {
    const sentence = sentencesOf(proseOf(file)).find(({ length }) => length > 40);
    return sentence === undefined
      ? undefined
      : textFile(renamed(file.name, ".txt"), `${sentence.trim()}\n`.repeat(40));
  }),
  ruin("repeated-beginning", "the first 300 characters 12 times", ["repetitive"], (file) =>
    textFile(renamed(file.name, ".txt"), `${proseOf(file).slice(0, 300)}\n\n`.repeat(12)),
  ),
  ruin(
    "mixed-languages",
    "sentences of four languages in turn",
    ["mixed-languages"],
    (file, random, others) => {
      const foreign = others.filter(({ source }) => source.startsWith("rights-"));
      const chosen = shuffled(foreign, random).slice(0, 3);
      const own = sentencesOf(proseOf(file)).filter(({ length }) => length > 30);
      const texts = [
        own,
        ...chosen.map((other) => sentencesOf(proseOf(other)).filter(({ length }) => length > 30)),
      ];
      const turns = Array.from(
        { length: 24 },
        (_, turn) => texts[turn % texts.length]?.[Math.floor(turn / 4)],
      );
      if (turns.filter((one) => one !== undefined).length < 16) return undefined;
      return textFile(renamed(file.name, ".txt"), turns.map((sentence) => sentence?.trim() ?? "").join("\n"));
    },
  ),
  ruin("wrong-language", "submitted to a Datanet that asks for another language", ["off-topic"], (file) => {
    const isGerman = file.name === "deu_1996.txt" || file.name === "biomejs__biome.de.md";
    return isGerman || file.source.startsWith("rights-")
      ? undefined
      : {
          name: file.name,
          bytes: Buffer.concat([file.bytes, Buffer.from("\n")]),
          guidelines: "Texts in German.",
        };
  }),
  ruin(
    "other-topic",
    "submitted to a Datanet about something else",
    ["off-topic"],
    (file) => ({
      name: file.name,
      bytes: Buffer.concat([file.bytes, Buffer.from("\n")]),
      guidelines: "Recipes for bread and cakes, with ingredients, oven temperature and baking time.",
    }),
    // No measure here understands what a text is about.
    false,
  ),
];
