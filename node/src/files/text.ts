import { Refusal } from "./refusal.ts";

/** Control characters that no written text holds; tab, line feed, form feed and carriage return are allowed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;

/** Text of bytes in UTF-8 or UTF-16 (with a byte order mark). Throws a Refusal when they are not text. */
export function decodeText(bytes: Uint8Array): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (utf16 === undefined && bytes.includes(0)) {
    throw new Refusal("disguised", `Byte ${bytes.indexOf(0) + 1} is zero: this is a binary file, not text.`);
  }
  let text: string;
  try {
    text = new TextDecoder(utf16 ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(
      looksBinary(bytes) ? "disguised" : "unreadable",
      "The bytes are not valid UTF-8 or UTF-16 text. Save the file as UTF-8.",
    );
  }
  const control = text.match(CONTROL);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, "0");
    throw new Refusal(
      "disguised",
      `Character ${(control.index ?? 0) + 1} is the control character U+${code}.`,
    );
  }
  return text;
}

/** More than one byte in fifty being a control code tells a program or a stream from text in an old encoding. */
function looksBinary(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) controls++;
  return controls * 50 > bytes.length;
}

/** One question and its answer, from a line of JSONL. */
export interface Pair {
  prompt: string;
  response: string;
}

/**
 * The pairs of a JSONL file: one object a line with the texts `prompt` and `response`, or `question` and `answer`.
 * Throws a Refusal that names the first bad line.
 */
export function parsePairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    pairs.push(parsePair(line, index + 1));
  }
  if (pairs.length === 0) throw new Refusal("malformed-jsonl", "No line holds an object.");
  return pairs;
}

function parsePair(line: string, number: number): Pair {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Refusal("malformed-jsonl", `Line ${number} is not valid JSON.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal("malformed-jsonl", `Line ${number} is not an object.`);
  }
  const record = value as Record<string, unknown>;
  for (const [promptKey, responseKey] of [
    ["prompt", "response"],
    ["question", "answer"],
  ] as const) {
    const prompt = record[promptKey];
    const response = record[responseKey];
    if (typeof prompt !== "string" || typeof response !== "string") continue;
    if (prompt.trim() === "" || response.trim() === "") {
      throw new Refusal("malformed-jsonl", `Line ${number} has an empty ${promptKey} or ${responseKey}.`);
    }
    return { prompt, response };
  }
  throw new Refusal(
    "malformed-jsonl",
    `Line ${number} needs the texts "prompt" and "response", or "question" and "answer".`,
  );
}
