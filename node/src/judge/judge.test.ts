import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatOfName } from "@openledger/sdk/formats";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { assay } from "./assay.ts";
import { judgeFile } from "./judge.ts";
import { KnownFiles } from "./known.ts";
import type { Opinion } from "./opinion.ts";

const demo = new URL("../../../scripts/demo/files/", import.meta.url).pathname;
const POOLS = { text: 0, image: 1, audio: 2 } as const;
let folder: string;
let known: KnownFiles;
let submissions: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-judge-"));
  known = new KnownFiles(openDatabase(join(folder, "node.sqlite")));
  submissions = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rootOf = (submission: number) => `0x${String(submission).padStart(64, "0")}` as const;

/** Judges a file as the next submission to Datanet 1 of its pool. */
async function judge(name: string, bytes: Uint8Array | string, datanet = 1): Promise<Opinion> {
  const path = join(folder, "file");
  await writeFile(path, bytes);
  const format = formatOfName(name);
  if (format === undefined) throw new Error(name);
  submissions++;
  const { createHash } = await import("node:crypto");
  const sha256 = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
  const place = { root: rootOf(submissions), block: 100 + submissions, logIndex: 0, index: 0 };
  return judgeFile(
    path,
    { ...place, datanet, name, sha256, pool: format.pool, mediaType: format.mediaType },
    known,
    { assay },
  );
}

const demoFile = (path: string) => readFile(join(demo, path));

/** A WAV file of 8 kHz and 16 bits. */
function wav(seconds: number, sample: (second: number) => number): Buffer {
  const samples = Math.round(seconds * 8000);
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n++) {
    bytes.writeInt16LE(Math.round(32_767 * Math.max(-1, Math.min(1, sample(n / 8000)))), 44 + 2 * n);
  }
  return bytes;
}

/** The same pseudo-random characters on every run. */
function noise(alphabet: string, length: number): string {
  let state = 12_345;
  let text = "";
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    text += alphabet[Math.floor((state / 2 ** 31) * alphabet.length)];
  }
  return text;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

test("every file of the demo is accepted", async () => {
  for (const kind of ["text", "image", "audio"] as const) {
    for (const name of await readdir(join(demo, kind))) {
      const opinion = await judge(name, await demoFile(`${kind}/${name}`), 1 + POOLS[kind]);
      expect([name, opinion.grade >= 1, opinion.reason]).toEqual([name, true, undefined]);
    }
  }
}, 120_000);

describe("text", () => {
  test.each([
    ["random letters", noise(`${LETTERS}      `, 2_000)],
    [
      "random printable characters",
      noise(`${LETTERS}${LETTERS.toUpperCase()}0123456789+/ .,;:-_#*!?`, 2_000),
    ],
    ["base64", Buffer.from(noise(LETTERS, 1_500)).toString("base64")],
    ["hexadecimal digits", noise("0123456789abcdef", 2_000)],
    [
      "random signs of all scripts",
      [...Array(1_500).keys()].map((n) => String.fromCodePoint(0x100 + ((n * 7919) % 0xa000))).join(""),
    ],
  ])("%s is not language", async (_what, text) => {
    expect(await judge("noise.txt", text)).toMatchObject({ grade: 0, reason: "not-language" });
  });

  test("letters of a real text in random order are not language", async () => {
    const text = (await demoFile("text/coriolanus-opening.txt")).toString();
    const letters = [...text];
    for (let n = letters.length - 1; n > 0; n--) {
      const other = (n * 7919 + 13) % (n + 1);
      [letters[n], letters[other]] = [letters[other] ?? "", letters[n] ?? ""];
    }
    expect(await judge("shuffled.txt", letters.join(""))).toMatchObject({ grade: 0, reason: "not-language" });
  });

  test.each([
    "Der schnelle braune Fuchs springt über den faulen Hund, während die Sonne langsam hinter den Bergen versinkt.",
    "Съешь же ещё этих мягких французских булок да выпей чаю, а потом мы пойдём гулять по старому городу.",
    "我们都知道，今天的天气很好，所以我们决定去公园散步。公园里有很多人，有的在跑步，有的在打太极拳，还有的人在聊天。我们在公园里走了很久。",
  ])("other languages are language: %s", async (text) => {
    expect(await judge("text.txt", text)).toMatchObject({ grade: 1 });
  });

  test("short and repetitive texts", async () => {
    expect(await judge("a.txt", "Hello there.")).toMatchObject({ reason: "too-short" });
    const line = "The same sentence stands here again and again, without end.\n";
    expect(await judge("b.txt", line.repeat(60))).toMatchObject({ reason: "repetitive" });
  });

  test("a copy, an edited copy, and a copy with other text around it", async () => {
    const text = (await demoFile("text/word-problems-01.jsonl")).toString();
    const lines = text.trim().split("\n");
    expect((await judge("first.jsonl", text)).grade).toBeGreaterThan(0);
    expect(await judge("again.jsonl", text)).toMatchObject({ grade: 0, reason: "exact-duplicate" });
    expect(await judge("edited.jsonl", text.replace(/\bshe\b/g, "he"))).toMatchObject({
      reason: "near-duplicate",
    });
    expect(await judge("part.jsonl", lines.slice(3, 8).join("\n"))).toMatchObject({
      reason: "near-duplicate",
    });
    expect((await judge("other.jsonl", await demoFile("text/word-problems-02.jsonl"))).grade).toBeGreaterThan(
      0,
    );
  });

  test("a copy counts in every Datanet of the pool, and only while the first one is not rejected", async () => {
    const text = (await demoFile("text/balcony-scene.md")).toString();
    await judge("first.md", text);
    expect(await judge("elsewhere.md", text, 2)).toMatchObject({ grade: 0, reason: "exact-duplicate" });
    known.setGrades(rootOf(1), 0n);
    known.setGrades(rootOf(2), 0n);
    expect((await judge("again.md", text)).grade).toBeGreaterThan(0);
  });
});

describe("pictures", () => {
  test("flat, small, and blurred", async () => {
    const flat = { create: { width: 300, height: 300, channels: 3, background: "#3366aa" } } as const;
    expect(await judge("flat.png", await sharp(flat).png().toBuffer())).toMatchObject({
      reason: "flat-image",
    });
    const photo = sharp(join(demo, "image/rocket.jpg"));
    expect(await judge("small.png", await photo.clone().resize(60, 60).png().toBuffer())).toMatchObject({
      reason: "too-small-image",
    });
    expect(await judge("blurred.png", await photo.clone().blur(12).png().toBuffer())).toMatchObject({
      grade: 0,
      reason: "blurred",
    });
  });

  test("the same picture, scaled and in another format", async () => {
    await judge("first.jpg", await demoFile("image/rocket.jpg"));
    const smaller = await sharp(join(demo, "image/rocket.jpg")).resize(300).webp({ quality: 70 }).toBuffer();
    expect(await judge("smaller.webp", smaller)).toMatchObject({ grade: 0, reason: "near-duplicate" });
  });
});

describe("sounds", () => {
  test("silent, clipped, too short", async () => {
    expect(
      await judge(
        "silence.wav",
        wav(1, () => 0),
      ),
    ).toMatchObject({ reason: "silent" });
    const loud = wav(1, (at) => 4 * Math.sin(2 * Math.PI * 220 * at));
    expect(await judge("loud.wav", loud)).toMatchObject({ reason: "clipped" });
    const tick = wav(0.1, (at) => 0.5 * Math.sin(2 * Math.PI * 440 * at));
    expect(await judge("tick.wav", tick)).toMatchObject({ reason: "too-short" });
  });

  test("silence as MP3", async () => {
    // A frame of MPEG-1 layer III, 128 kbit/s at 44.1 kHz, whose granules are empty.
    const frame = Buffer.alloc(417);
    frame.set([0xff, 0xfb, 0x90, 0xc4]);
    expect(await judge("silence.mp3", Buffer.concat(Array(60).fill(frame)))).toMatchObject({
      reason: "silent",
    });
  });

  test("the same recording, quieter and with silence before it", async () => {
    const speech = await demoFile("audio/7_george_0.wav");
    await judge("first.wav", speech);
    const at = (second: number) => {
      const n = Math.round(second * 8000) - 4000;
      return n < 0 || 44 + 2 * n >= speech.length - 1 ? 0 : (0.6 * speech.readInt16LE(44 + 2 * n)) / 32_768;
    };
    expect(await judge("quieter.wav", wav(1.2, at))).toMatchObject({ reason: "near-duplicate" });
    expect((await judge("other.wav", await demoFile("audio/0_george_0.wav"))).grade).toBeGreaterThan(0);
  });
});

test("a file that is not what it was signed as", async () => {
  const path = join(folder, "file");
  await copyFile(join(demo, "image/astronaut.png"), path);
  const place = { root: rootOf(1), block: 1, logIndex: 0, index: 0, datanet: 1, sha256: rootOf(7), pool: 1 };
  expect(
    await judgeFile(path, { ...place, name: "photo.png", mediaType: "image/webp" }, known, { assay }),
  ).toMatchObject({
    reason: "wrong-type",
  });
  expect(
    await judgeFile(path, { ...place, name: "photo.webp", mediaType: "image/webp" }, known, { assay }),
  ).toMatchObject({
    reason: "disguised",
  });
});
