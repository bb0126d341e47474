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

/** A question and its answer, from a line of JSONL. */
export interface Pair {
  prompt: string;
  response: string;
}

/**
 * The pairs of a JSONL file: of each line an object with the texts `prompt` and `response`, or `question` and `answer`,
 * else with `messages`, a conversation whose every answer makes a pair. A system message stands before the first question
 * that it is said with: files repeat the same one in every line. Trainers read lines by the same rule (`json_lines.py`).
 * Throws a Refusal that names the first bad line.
 */
export function parsePairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  const told = new Set<string>();
  const lines = text.split(/\r\n?|\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const { system, turns } = parseLine(line, index + 1);
    const [first, ...rest] = turns;
    if (first === undefined) continue;
    const isNew = system !== "" && !told.has(system);
    pairs.push(isNew ? { ...first, prompt: `${system}\n${first.prompt}` } : first, ...rest);
    told.add(system);
  }
  if (pairs.length === 0) throw new Refusal("malformed-jsonl", "No line holds an object.");
  return pairs;
}

function parseLine(line: string, number: number): Conversation {
  if (nestsDeeper(line)) throw malformed(number, `nests deeper than ${MOST_LEVELS} levels`);
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
  const whole = [PROMPTED, ASKED].find((keys) => keys.every((key) => Object.hasOwn(record, key)));
  if (whole === undefined && Object.hasOwn(record, "messages")) return parseMessages(record.messages, number);
  const [promptKey, responseKey] =
    whole ?? (Object.hasOwn(record, "question") && !Object.hasOwn(record, "prompt") ? ASKED : PROMPTED);
  const prompt = textOf(record, promptKey, number);
  return { system: "", turns: [{ prompt, response: textOf(record, responseKey, number) }] };
}

/** Lists and objects that may lie in one another: trainers in other languages cannot read as deep as JavaScript. */
const MOST_LEVELS = 32;

function nestsDeeper(line: string): boolean {
  let level = 0;
  let isText = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '"') isText = !isText;
    else if (isText) {
      if (character === "\\") at++;
    } else if (character === "[" || character === "{") level++;
    else if (character === "]" || character === "}") level--;
    if (level > MOST_LEVELS) return true;
  }
  return false;
}

const PROMPTED = ["prompt", "response"] as const;
const ASKED = ["question", "answer"] as const;

/** What a line holds; `system` is empty where nothing is said before the first question. */
interface Conversation {
  system: string;
  turns: Pair[];
}

/** As many as one request to chat may have. */
const MOST_MESSAGES = 256;

/** Perhaps a system message, then user and assistant in turns, the assistant last. */
function parseMessages(value: unknown, line: number): Conversation {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_MESSAGES)
    throw malformed(line, `has no list of 1 to ${MOST_MESSAGES} "messages"`);
  const said = value.map((message, index) => parseMessage(message, `${line}, message ${index + 1},`));
  const system = said[0]?.role === "system" ? said[0].content : undefined;
  const first = system === undefined ? 0 : 1;
  const turns: Pair[] = [];
  for (let place = first; place < said.length; place++) {
    const expected = (place - first) % 2 === 0 ? "user" : "assistant";
    const { role, content } = said[place] as Message;
    const where = `${line}, message ${place + 1},`;
    if (role !== expected) throw malformed(where, `is the ${role}'s, not the ${expected}'s`);
    if (content.trim() === "") throw malformed(where, "has no text");
    if (expected === "assistant") turns.push({ prompt: said[place - 1]?.content ?? "", response: content });
  }
  if (said.length === first || (said.length - first) % 2 > 0)
    throw malformed(line, "does not end with an answer of the assistant");
  return { system: system?.trim() ?? "", turns };
}

type Message = { role: string; content: string };

const ROLES: readonly unknown[] = ["system", "user", "assistant"];

function parseMessage(value: unknown, where: string): Message {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(where, `is ${kindOf(value)}, not an object`);
  const { role, content } = value as Record<string, unknown>;
  if (!ROLES.includes(role)) throw malformed(where, "is not of the system, the user or the assistant");
  if (typeof content !== "string") throw malformed(where, `has ${kindOf(content)} as "content", not a text`);
  return { role: role as string, content };
}

function textOf(record: Record<string, unknown>, key: string, line: number): string {
  if (!Object.hasOwn(record, key)) {
    throw malformed(
      line,
      `lacks "${key}": it needs "prompt" and "response", or "question" and "answer", or "messages"`,
    );
  }
  const value = record[key];
  if (typeof value !== "string") throw malformed(line, `has ${kindOf(value)} as "${key}", not a text`);
  if (value.trim() === "") throw malformed(line, `has an empty "${key}"`);
  return value;
}

/** @param line Its number, perhaps with the place in it. */
function malformed(line: number | string, what: string): Refusal {
  return new Refusal("malformed-jsonl", `Line ${line} ${what}.`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
