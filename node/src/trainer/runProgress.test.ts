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

test("events that were kept before attempts were told apart are given to theirs", () => {
  const database = openDatabase(":memory:");
  database.exec(`
    CREATE TABLE run (
      job INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, state TEXT NOT NULL, result TEXT, report TEXT, error TEXT) STRICT;
    CREATE TABLE run_progress (
      id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, event TEXT NOT NULL, step INTEGER, data TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX run_progress_by_step ON run_progress (job, event, step) WHERE step IS NOT NULL;
    INSERT INTO run VALUES (1, 3, 'claimed', NULL, NULL, NULL), (2, 2, 'lost', NULL, NULL, 'gone');
    INSERT INTO run_progress (job, event, step, data) VALUES
      (1, 'step', 1, '{"step":1}'), (1, 'status', NULL, '{"state":"lost"}'),
      (1, 'step', 2, '{"step":2}'), (1, 'status', NULL, '{"state":"lost"}'),
      (1, 'step', 3, '{"step":3}'),
      (2, 'status', NULL, '{"state":"lost"}'),
      (2, 'step', 1, '{"step":1}'), (2, 'status', NULL, '{"state":"lost"}');`);
  const runs = new RunStore(database);
  expect([1, 2, 3].map((attempt) => steps(runs, 1, attempt))).toEqual([[1], [2], [3]]);
  expect([1, 2].map((attempt) => steps(runs, 2, attempt))).toEqual([[], [1]]);
  expect(runs.attempts(2)).toMatchObject([{ attempt: 2, state: "lost", error: "gone", begunAt: undefined }]);
  // Opened again, nothing is done twice.
  expect(steps(new RunStore(database), 1)).toEqual([3]);
});
