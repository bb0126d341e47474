import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, type Hex, sha256, toHex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chosenSegments, segmentsToCheck } from "./segments.ts";
import { batchFault, readTranscript } from "./transcript.ts";

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
  const picks = Array.from({ length: 200 }, (_, seed) => chosenSegments(steps, BigInt(seed), 7, 0, 1));
  expect(picks.every((segments) => segments.length === 1)).toBe(true);
  expect(new Set(picks.map(([segment]) => segment?.from))).toEqual(new Set([0, 10, 20, 30, 40, 50]));
  expect(chosenSegments(steps, 3n, 7, 0, 1)).toEqual(chosenSegments(steps, 3n, 7, 0, 1));
  const long = Array.from({ length: 50 }, (_, index) => index + 1);
  expect(new Set(chosenSegments(long, 1n, 7, 0, 3).map(({ to }) => to)).size).toBe(3);
});

test("a line without an end is not held in memory, nor what stands behind the last step", async () => {
  const { text, head } = run(2);
  expect(await read(`${text}${" ".repeat(100_000)}`, head, 2)).toBeUndefined();
  expect(await read(text.replace('"step":1', `"x":"${"y".repeat(600)}","step":1`), head, 2)).toBeUndefined();
});

test("rows computed at once begin with whole batches and only ever halve", () => {
  const lines = (...rows: number[]) =>
    rows.map((microBatch, index) => ({
      step: index + 1,
      lossMicronats: 1,
      evaluationMicronats: null,
      checkpointDigest: null,
      microBatch,
    }));
  for (const honest of [[7, 7], [7, 4, 4, 1], [2, 2], [1]])
    expect(batchFault(lines(...honest), 7)).toBeUndefined();
  for (const [rows, step] of [
    [[0], 1],
    [[8], 1],
    [[5], 1],
    [[7, 4, 7], 3],
    [[7, -1], 2],
  ] as const)
    expect(batchFault(lines(...rows), 7)).toContain(`step ${step} `);
});

test("a run that ended early is checked more, so that what it left out is never worth the risk", () => {
  const stake = { priceWei: 100n, bondWei: 500n };
  expect(segmentsToCheck(53, 53, stake)).toBe(3);
  expect(segmentsToCheck(6, 6, stake)).toBe(1);
  for (const planned of [2, 20, 53, 200])
    for (let made = 1; made < planned; made++) {
      const drawn = segmentsToCheck(made, planned, stake) / made;
      const saved = (1 - made / planned) * 100;
      if (drawn * made < 64) expect(drawn * 600).toBeGreaterThan(saved - 1e-9);
    }
  expect(segmentsToCheck(5_000, 20_000, stake)).toBe(64);
  expect(segmentsToCheck(3, 9, { priceWei: 0n, bondWei: 0n })).toBe(1);
});
