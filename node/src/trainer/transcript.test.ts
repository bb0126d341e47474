import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, type Hex, sha256, toHex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chosenSegments } from "./segments.ts";
import { readTranscript } from "./transcript.ts";

const recipeDigest = `0x${"5".repeat(64)}` as const;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-transcript-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(steps: number): { text: string; head: Hex } {
  let head: Hex = recipeDigest;
  let text = "";
  for (let step = 1; step <= steps; step++) {
    const line = `{"checkpointDigest":null,"evaluationMicronats":null,"lossMicronats":${5_000_000 - step},"microBatch":4,"step":${step}}`;
    head = sha256(concat([head, toHex(line)]));
    text += `${line}\n`;
  }
  return { text, head };
}

async function read(text: string, head: Hex, steps: number) {
  const path = join(folder, "transcript.jsonl");
  await writeFile(path, text);
  return readTranscript(path, { recipeDigest, head, steps });
}

test("a whole transcript leads from the recipe to its head", async () => {
  const { text, head } = run(7);
  expect((await read(text, head, 7))?.at(-1)).toEqual({
    step: 7,
    lossMicronats: 4_999_993,
    evaluationMicronats: null,
    checkpointDigest: null,
    microBatch: 4,
  });
});

test("a changed loss, a missing step, a step too many, another recipe", async () => {
  const { text, head } = run(7);
  expect(await read(text.replace("4999997", "4999998"), head, 7)).toBeUndefined();
  expect(await read(run(6).text, head, 7)).toBeUndefined();
  expect(await read(text, head, 6)).toBeUndefined();
  expect(await read(text.split("\n").slice(1).join("\n"), head, 7)).toBeUndefined();
  expect(await read("no json\n", recipeDigest, 1)).toBeUndefined();
});

test("the segments follow from the seed, are distinct, and reach every part of a run", () => {
  const steps = [10, 20, 30, 40, 50, 60];
  const picks = Array.from({ length: 200 }, (_, seed) => chosenSegments(steps, BigInt(seed), 7, 0));
  expect(picks.every((segments) => segments.length === 1)).toBe(true);
  expect(new Set(picks.map(([segment]) => segment?.from))).toEqual(new Set([0, 10, 20, 30, 40, 50]));
  expect(chosenSegments(steps, 3n, 7, 0)).toEqual(chosenSegments(steps, 3n, 7, 0));
  const long = Array.from({ length: 50 }, (_, index) => index + 1);
  expect(new Set(chosenSegments(long, 1n, 7, 0).map(({ to }) => to)).size).toBe(3);
});
