import { expect, test } from "vitest";
import { bestEvaluation, EMPTY_PROGRESS, RunPicture } from "./jobProgress.ts";

const step = (number: number, loss: number, more: object = {}) => ({
  event: "step",
  data: JSON.stringify({ step: number, steps: 60, lossMicronats: loss, tokens: number * 8, ...more }),
});
const told = (event: string, facts: object) => ({ event, data: JSON.stringify(facts) });

function picture(events: { event: string; data: string }[]) {
  const run = new RunPicture();
  for (const event of events) run.take(event);
  return run.progress;
}

test("steps make curves and keep the latest facts; what a trainer does not tell is not invented", () => {
  const progress = picture([
    step(1, 500),
    step(2, 400, {
      learningRate: 0.002,
      gradientNorm: 1.5,
      tokensPerSecond: 90,
      memoryBytes: 7,
      etaSeconds: 9,
    }),
  ]);
  expect(progress.points).toEqual([
    { step: 1, lossMicronats: 500 },
    {
      step: 2,
      lossMicronats: 400,
      learningRate: 0.002,
      gradientNorm: 1.5,
      tokensPerSecond: 90,
      memoryBytes: 7,
    },
  ]);
  expect(progress).toMatchObject({ steps: 60, tokens: 16, etaSeconds: 9 });
});

test("a run that resumes at a checkpoint replaces the steps after it", () => {
  const { points } = picture([step(1, 500), step(2, 400), step(3, 300), step(2, 410)]);
  expect(points.map(({ lossMicronats }) => lossMicronats)).toEqual([500, 410]);
});

test("another attempt begins with nothing, the same one goes on", () => {
  const first = [told("attempt", { attempt: 1 }), step(1, 500), step(2, 400)];
  expect(picture([...first, told("attempt", { attempt: 1 })]).points).toHaveLength(2);
  const { attempt, points } = picture([...first, told("attempt", { attempt: 2 }), step(1, 490)]);
  expect({ attempt, points }).toEqual({ attempt: 2, points: [{ step: 1, lossMicronats: 490 }] });
});

test("evaluations, checkpoints, samples, refused files, halvings and ends are kept apart", () => {
  const file = told("skipped", { sha256: "0xa", reason: "no text" });
  expect(
    picture([
      told("evaluation", { step: 20, lossMicronats: 450 }),
      told("checkpoint", { step: 20, digest: "0x" }),
      told("sample", { step: 20, prompt: "Why?", text: "So." }),
      told("sample", { step: 20, prompt: "Who?", text: "She." }),
      told("sample", { step: 20, prompt: "Who?", text: "He." }),
      file,
      file,
      told("halved", { microBatch: 2 }),
      told("stopped", { step: 40, bestStep: 20, reason: "early-stop" }),
      told("status", { state: "lost", error: "The lease is over." }),
    ]),
  ).toEqual({
    ...EMPTY_PROGRESS,
    evaluations: [{ step: 20, lossMicronats: 450 }],
    checkpoints: 1,
    samples: [
      {
        step: 20,
        texts: [
          { prompt: "Why?", text: "So." },
          { prompt: "Who?", text: "He." },
        ],
      },
    ],
    skipped: [{ sha256: "0xa", reason: "no text" }],
    halvings: [2],
    stopped: { step: 40, bestStep: 20, reason: "early-stop" },
    status: "lost",
    error: "The lease is over.",
  });
});

test("the best evaluation is the lowest after training began, the earliest of equals", () => {
  const of = (...losses: number[]) => losses.map((lossMicronats, step) => ({ step, lossMicronats }));
  expect(bestEvaluation(of(1))).toBeUndefined();
  expect(bestEvaluation(of(1, 9, 5, 5, 7))).toEqual({ step: 2, lossMicronats: 5 });
});

test("a long run is thinned evenly, with its first and its last step", () => {
  const run = new RunPicture();
  for (let number = 1; number <= 9_001; number++) run.take(step(number, 1));
  const steps = run.progress.points.map((point) => point.step);
  expect(steps.length).toBeLessThanOrEqual(4_000);
  expect([steps[0], steps.at(-1)]).toEqual([1, 9_001]);
  expect(Math.max(...steps.slice(1).map((next, index) => next - (steps[index] as number)))).toBeLessThan(16);
});

test("what is not understood changes nothing", () => {
  const run = new RunPicture();
  for (const data of ["", "{", "7", "null", '{"step":"x"}'])
    expect(run.take({ event: "step", data })).toBe(false);
  expect(run.take({ event: "other", data: "{}" })).toBe(false);
  expect(run.progress).toEqual(EMPTY_PROGRESS);
});
