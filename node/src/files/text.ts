import { Refusal, sentenceOf } from "./refusal.ts";

/** Control characters that no written text holds; tab, line feed, form feed and carriage return are allowed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;

/**
 * Text of bytes in UTF-8 or UTF-16; a byte order mark is left out.
 *
 * @throws {Refusal} when they are not text.
 */
export function decodeText(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
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

/**
 * The order of UTF-16's bytes, by the mark at the beginning, or else by where the zeros stand: text of at least a quarter
 * letters, digits and blanks of Latin script has them in one place of each pair, and nothing else has. Undefined otherwise.
 */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes.length % 2 === 1 || !bytes.includes(0)) return undefined;
  const zeros = [0, 0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even > 0 && odd > 0) return undefined;
  if (8 * (even + odd) < bytes.length) return undefined;
  return even > 0 ? "utf-16be" : "utf-16le";
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
  } catch (error) {
    throw malformed(number, `is not valid JSON: ${sentenceOf(error).slice(0, 120)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(number, `is ${kindOf(value)}, not an object`);
  }
  const record = value as Record<string, unknown>;
  const [promptKey, responseKey] = "question" in record && !("prompt" in record) ? ASKED : PROMPTED;
  return {
    prompt: textOf(record, promptKey, number),
    response: textOf(record, responseKey, number),
  };
}

const PROMPTED = ["prompt", "response"] as const;
const ASKED = ["question", "answer"] as const;

function textOf(record: Record<string, unknown>, key: string, line: number): string {
  if (!Object.hasOwn(record, key)) {
    throw malformed(line, `lacks "${key}": it needs "prompt" and "response", or "question" and "answer"`);
  }
  const value = record[key];
  if (typeof value !== "string") throw malformed(line, `has ${kindOf(value)} as "${key}", not a text`);
  if (value.trim() === "") throw malformed(line, `has an empty "${key}"`);
  return value;
}

function malformed(line: number, what: string): Refusal {
  return new Refusal("malformed-jsonl", `Line ${line} ${what}.`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
