import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { essential } from "./essential.ts";
import { play, sequences } from "./sequence.ts";
import { setStage } from "./stage.ts";

const runs = Number(process.env.MODEL_RUNS ?? 300);
const seed = Number(process.env.MODEL_SEED ?? 20270115);
const MIN_STEPS = 60;
let stage: Awaited<ReturnType<typeof setStage>>;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

test("the contracts do what the model of their interfaces does, after every action", async () => {
  let steps = 0;
  let shortest = Number.POSITIVE_INFINITY;
  const started = Date.now();
  await fc.assert(
    fc.asyncProperty(sequences(70, 120), async (sequence) => {
      const played = await play(await stage.begin(), sequence);
      steps += played;
      shortest = Math.min(shortest, played);
    }),
    { numRuns: runs, seed },
  );
  const seconds = Math.round((Date.now() - started) / 1000);
  const counts = [...stage.counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const table = counts.map(([what, count]) => `${`${count}`.padStart(7)}  ${what}\n`).join("");
  process.stdout.write(`${runs} sequences from seed ${seed}: ${steps} steps in ${seconds} s\n${table}`);
  expect(shortest).toBeGreaterThanOrEqual(MIN_STEPS);
  // A short run may miss a corner; the usual one and any longer must not.
  if (runs >= 300) expect(essential.filter((what) => !stage.counts.has(what))).toEqual([]);
});
