import { readdir, readFile } from "node:fs/promises";
import { Mp3Encoder } from "@breezystack/lamejs";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { decodeRecording, type Recording } from "../files/recording.ts";
import { KnownSounds } from "./known/sounds.ts";
import { resample } from "./prints/resample.ts";
import { judgeSound } from "./sounds.ts";

const demo = new URL("../../../scripts/demo/files/audio/", import.meta.url).pathname;
const names = (await readdir(demo)).filter((name) => name.endsWith(".wav"));
const demoSound = async (name: string): Promise<Recording> =>
  decodeRecording(await readFile(`${demo}${name}`), "audio/wav");
const george = await demoSound("7_george_0.wav");
const [speech = new Float32Array(0)] = george.kept;

const recorded = (samples: Float32Array, sampleRate = george.sampleRate): Recording => ({
  sampleRate,
  channels: 1,
  samples: samples.length,
  durationSeconds: samples.length / sampleRate,
  kept: [samples],
  activeShare: 1,
});
const opinionOn = async (samples: Float32Array) => (await judgeSound(recorded(samples))).opinion;

/** The same numbers between -1 and 1 on every run. */
function noise(length: number): Float32Array {
  let state = 12_345;
  return Float32Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  });
}

const hiss = noise(speech.length);

describe("what nobody wants to listen to is rejected with its reason", () => {
  const level = Math.sqrt(speech.reduce((sum, sample) => sum + sample * sample, 0) / speech.length);
  test.each<[string, Float32Array, string]>([
    ["noise", noise(8_000).map((sample) => 0.3 * sample), "noisy"],
    ["speech under noise", speech.map((sample, at) => sample + 3 * level * (hiss[at] ?? 0)), "noisy"],
    ["hum", Float32Array.from({ length: 8_000 }, (_, at) => 0.3 * Math.sin(at * 0.039)), "no-signal"],
    ["a tone", Float32Array.from({ length: 8_000 }, (_, at) => 0.5 * Math.sin(at * 0.8)), "no-signal"],
    [
      "cut off at its loudest",
      speech.map((sample) => 0.4 * Math.max(-1, Math.min(1, 40 * sample))),
      "clipped",
    ],
    ["full of gaps", speech.map((sample, at) => (at % 800 < 160 ? 0 : sample)), "truncated"],
  ])("%s", async (_what, samples, reason) => {
    expect(await opinionOn(samples)).toMatchObject({ grade: 0, reason });
  });
});

test("a recording with an offset is fair, one at 3 kHz is rejected", async () => {
  expect(await opinionOn(speech.map((sample) => sample + 0.2))).toMatchObject({ grade: 1 });
  const { opinion } = await judgeSound(recorded(resample(speech, 8_000, 3_000), 3_000));
  expect(opinion).toMatchObject({ grade: 0, reason: "low-sample-rate" });
});

describe("copies of a recording", async () => {
  const database = openDatabase(":memory:");
  const known = new KnownSounds(database, "main");
  const printOf = async (recording: Recording) => {
    const { print } = await judgeSound(recording);
    if (print === undefined) throw new Error("rejected");
    return { print, passages: [] };
  };
  for (const [id, name] of names.entries()) known.add(id, await printOf(await demoSound(name)));
  const id = names.indexOf("7_george_0.wav");

  test.each<[string, () => Recording | Promise<Recording>]>([
    ["unchanged", () => george],
    ["quieter", () => recorded(speech.map((sample) => 0.3 * sample))],
    ["at 16 kHz", () => recorded(resample(speech, 8_000, 16_000), 16_000)],
    ["2 % faster", () => recorded(resample(speech, 8_160, 8_000))],
    ["2 % slower", () => recorded(resample(speech, 7_840, 8_000))],
    [
      "after half a second of silence",
      () => recorded(Float32Array.from([...new Float32Array(4_000), ...speech])),
    ],
    ["without its ends", () => recorded(speech.slice(speech.length / 20, -speech.length / 20))],
    ["turned upside down", () => recorded(speech.map((sample) => -sample))],
    ["with a little noise", () => recorded(speech.map((sample, at) => sample + 0.003 * (hiss[at] ?? 0)))],
    [
      "as MP3",
      () => {
        const encoder = new Mp3Encoder(1, 8_000, 32);
        const parts = [
          encoder.encodeBuffer(Int16Array.from(speech, (sample) => 32_767 * sample)),
          encoder.flush(),
        ];
        return decodeRecording(Buffer.concat(parts.map((part) => Buffer.from(part))), "audio/mpeg");
      },
    ],
  ])("%s", async (_how, copy) => {
    expect(known.find(await printOf(await copy())).map((candidate) => candidate.id)).toEqual([id]);
  });

  test("other words and speakers are not copies; what was removed is not found", async () => {
    for (const [at, name] of names.entries()) {
      expect(known.find(await printOf(await demoSound(name))).map((one) => one.id)).toEqual([at]);
    }
    known.remove(id);
    expect(known.find(await printOf(george))).toEqual([]);
    expect(database.prepare("SELECT count(*) AS words FROM known_word WHERE file = ?").get(id)).toEqual({
      words: 0,
    });
  });
});
