/** Which files the demo's people bring, among them what must be refused or rejected. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";

/** A file as a contributor drops it. */
export interface DemoFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const folder = fileURLToPath(new URL("files/", import.meta.url));

/** A real file of the demo, under its own name. */
export function realFile(path: string): DemoFile {
  return { name: path.split("/").at(-1) ?? path, bytes: new Uint8Array(readFileSync(`${folder}${path}`)) };
}

/** The worked word problems with the given numbers, 14 a file. */
export function wordProblems(from: number, to: number): DemoFile[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    realFile(`text/word-problems-${String(from + index).padStart(2, "0")}.jsonl`),
  );
}

/** Nothing at all. */
export function emptyFile(): DemoFile {
  return { name: "empty.md", bytes: new Uint8Array() };
}

/** A picture that pretends to be text. */
export function renamedBinary(): DemoFile {
  return { name: "my-notes.txt", bytes: realFile("image/rocket.jpg").bytes };
}

/** One byte more than an address may send in a day. */
export function tooLarge(): DemoFile {
  const bytes = new Uint8Array(10 * 1024 * 1024 + 1).fill("a".charCodeAt(0));
  return { name: "too-large.txt", bytes };
}

/** Valid text without a word in it: characters drawn by a fixed linear congruential generator (Numerical Recipes). */
export function randomCharacters(): DemoFile {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789 .,;:{}[]#%&/\\|<>=+-*";
  let state = 20_261;
  let text = "";
  for (let index = 0; index < 4000; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += alphabet[state % alphabet.length];
  }
  return { name: "random-characters.txt", bytes: new TextEncoder().encode(text) };
}

/** Two seconds of silence as an 8 kHz mono WAV. */
export function silence(): DemoFile {
  const samples = 16_000;
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  const word = (offset: number, text: string) => bytes.set(new TextEncoder().encode(text), offset);
  word(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples * 2, true);
  return { name: "silence.wav", bytes };
}

/** A PNG of one grey, 256 by 256. */
export function flatPicture(): DemoFile {
  const size = 256;
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(size * (size + 1), 128);
  for (let row = 0; row < size; row++) rows[row * (size + 1)] = 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const png = Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name: "grey.png", bytes: new Uint8Array(png) };
}
