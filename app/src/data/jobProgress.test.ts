import { expect, test } from "vitest";
import { EMPTY_PROGRESS, withEvent } from "./jobProgress.ts";

const step = (number: number, loss: number) => ({
  event: "step",
  data: JSON.stringify({
    step: number,
    steps: 60,
    lossMicronats: loss,
    learningRate: 0.002,
    tokens: number * 8,
  }),
});

test("steps make a curve and keep the latest facts", () => {
  const progress = [step(1, 500), step(2, 400)].reduce(withEvent, EMPTY_PROGRESS);
  expect(progress.losses).toEqual([
    { step: 1, lossMicronats: 500 },
    { step: 2, lossMicronats: 400 },
  ]);
  expect(progress).toMatchObject({ steps: 60, tokens: 16 });
});

test("a run that resumes at a checkpoint replaces the steps after it", () => {
  const progress = [step(1, 500), step(2, 400), step(3, 300), step(2, 410)].reduce(withEvent, EMPTY_PROGRESS);
  expect(progress.losses).toEqual([
    { step: 1, lossMicronats: 500 },
    { step: 2, lossMicronats: 410 },
  ]);
});

test("evaluations, checkpoints and states are kept apart", () => {
  const progress = [
    { event: "evaluation", data: '{"step":20,"lossMicronats":450}' },
    { event: "checkpoint", data: '{"step":20,"digest":"0x"}' },
    { event: "status", data: '{"state":"trained"}' },
  ].reduce(withEvent, EMPTY_PROGRESS);
  expect(progress).toEqual({
    losses: [],
    evaluations: [{ step: 20, lossMicronats: 450 }],
    checkpoints: 1,
    status: "trained",
  });
});

test("what is not understood changes nothing", () => {
  for (const data of ["", "{", "7", "null", '{"step":"x"}']) {
    expect(withEvent(EMPTY_PROGRESS, { event: "step", data })).toBe(EMPTY_PROGRESS);
  }
  expect(withEvent(EMPTY_PROGRESS, { event: "other", data: "{}" })).toBe(EMPTY_PROGRESS);
});
