import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { play, sequences } from "./sequence.ts";
import { setStage } from "./stage.ts";

const runs = Number(process.env["MODEL_RUNS"] ?? 300);
const seed = Number(process.env["MODEL_SEED"] ?? 20270115);
let stage: Awaited<ReturnType<typeof setStage>>;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

test("the contracts do what the model of their interfaces does, after every action", async () => {
  let steps = 0;
  const started = Date.now();
  await fc.assert(
    fc.asyncProperty(sequences(60, 100), async (wishes) => {
      steps += await play(await stage.begin(), wishes);
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  const counts = [...stage.counts].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`${runs} sequences, ${steps} steps, ${Date.now() - started} ms\n${counts.map(([what, count]) => `${`${count}`.padStart(7)}  ${what}`).join("\n")}`);
  expect(steps).toBeGreaterThanOrEqual(runs * 30);
});
