import { expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { RunProgress } from "./runProgress.ts";
import { RunStore } from "./runStore.ts";

const steps = (runs: RunStore, job: number, attempt?: number) =>
  runs.progressAfter(job, 0, attempt).flatMap(({ event, data }) => (event === "step" ? [data.step] : []));

test("another attempt at a job has its own steps, and its heartbeats never tell of the one before", () => {
  const runs = new RunStore(openDatabase(":memory:"));
  runs.begin(1, 1);
  for (const step of [1, 2, 3]) runs.addProgress(1, "step", { step, lossMicronats: 9 });
  runs.update(1, { state: "lost", error: "The lease is over; the job is OPEN." });
  runs.begin(1, 2);
  expect(runs.lastStep(1)).toBeUndefined();
  runs.addProgress(1, "step", { step: 1, lossMicronats: 8 });
  expect(runs.lastStep(1)).toMatchObject({ step: 1, lossMicronats: 8 });
  expect(steps(runs, 1)).toEqual([1]);
  expect(steps(runs, 1, 1)).toEqual([1, 2, 3]);
  expect(runs.attempts(1)).toMatchObject([
    { attempt: 2, state: "claimed", endedAt: undefined },
    { attempt: 1, state: "lost", error: "The lease is over; the job is OPEN.", endedAt: expect.any(Number) },
  ]);
});

test("the events of a long run stay few, with its first, its newest and its best", () => {
  const progress = new RunProgress(openDatabase(":memory:"));
  const last = 5_001;
  for (let step = 1; step <= last; step++)
    progress.add(1, 1, "step", { step, lossMicronats: step === 3_001 ? 1 : 500 });
  for (let file = 0; file < 2_100; file++) progress.add(1, 1, "skipped", { sha256: `0x${file}` });
  for (const prompt of ["Who?", "Why?", "Why?"])
    progress.add(1, 1, "sample", { step: 7, prompt, text: "a".repeat(9_999) });
  const events = progress.after(1, 1, 0);
  const kept = events.flatMap(({ event, data }) => (event === "step" ? [data.step as number] : []));
  expect(kept.length).toBeLessThanOrEqual(2_000);
  expect(kept.length).toBeGreaterThan(900);
  expect(kept).toEqual(expect.arrayContaining([1, 3_001, last]));
  const gaps = kept.slice(1).map((step, index) => step - (kept[index] as number));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(8);
  expect(events.filter(({ event }) => event === "skipped")).toHaveLength(2_000);
  expect(events.filter(({ event }) => event === "sample").map(({ data }) => data.prompt)).toEqual([
    "Who?",
    "Why?",
  ]);
  expect(events.at(-1)?.data.text).toHaveLength(2_000);
});
