import { defaultJobSpec, type JobSpec } from "@openledger/sdk/jobSpec";
import type { Report } from "@openledger/sdk/report";
import { expect, test } from "vitest";
import { endingFault, isCheckpoint } from "./ending.ts";
import type { TranscriptLine } from "./transcript.ts";

const digest = `0x${"1".repeat(64)}` as const;
const plain = defaultJobSpec({
  base: { name: "tiny", family: "gpt2", baseDigest: digest },
  datasets: [{ datanet: 1, versionCount: 1, versionHead: digest }],
});

function specOf(everySteps: number, patience: number): JobSpec {
  return {
    ...plain,
    training: { ...plain.training, checkpointEverySteps: 4 },
    evaluation: { ...plain.evaluation, everySteps, patience },
  };
}

/** A transcript of so many steps with held-out losses at some of them. */
function linesOf(steps: number, losses: Record<number, number>): TranscriptLine[] {
  return Array.from({ length: steps }, (_, index) => ({
    step: index + 1,
    lossMicronats: 1,
    evaluationMicronats: losses[index + 1] ?? null,
    checkpointDigest: null,
    microBatch: 4,
  }));
}

const ending = (planned: number, change: Partial<Report>) =>
  ({ recipe: { steps: planned }, steps: planned, ended: "steps", ...change }) as Report;

test("checkpoints are due in their rhythm, at evaluations, and at the end", () => {
  const due = Array.from({ length: 10 }, (_, index) => index + 1).filter((step) =>
    isCheckpoint(specOf(3, 0), 10, step),
  );
  expect(due).toEqual([3, 4, 6, 8, 9, 10]);
});

test("a whole run keeps its last step, or its best one where it may stop early", () => {
  const lines = linesOf(6, { 2: 50, 4: 40, 6: 45 });
  expect(
    endingFault(lines, ending(6, { keptStep: 6, lossAfterMicronats: 45 }), specOf(2, 0)),
  ).toBeUndefined();
  expect(
    endingFault(lines, ending(6, { keptStep: 4, lossAfterMicronats: 40 }), specOf(2, 3)),
  ).toBeUndefined();
  expect(endingFault(lines, ending(6, { keptStep: 6, lossAfterMicronats: 45 }), specOf(2, 3))).toContain(
    "kept",
  );
  expect(endingFault(lines, ending(6, { keptStep: 4, lossAfterMicronats: 39 }), specOf(2, 3))).toContain(
    "loss",
  );
  expect(endingFault(lines, ending(8, { keptStep: 6, lossAfterMicronats: 45 }), specOf(2, 0))).toContain("8");
});

test("a run stops early exactly when its patience is at an end", () => {
  const early = linesOf(6, { 2: 40, 4: 40, 6: 41 });
  const kept = { ended: "early-stop", keptStep: 2, lossAfterMicronats: 40 } as const;
  expect(endingFault(early, ending(20, kept), specOf(2, 2))).toBeUndefined();
  expect(endingFault(early, ending(20, kept), specOf(2, 3))).toContain("without having waited");
  const late = linesOf(8, { 2: 40, 4: 40, 6: 41, 8: 39 });
  expect(endingFault(late, ending(8, { keptStep: 8, lossAfterMicronats: 39 }), specOf(2, 2))).toContain(
    "step 6",
  );
});

test("held-out losses stand where the spec asks for them and nowhere else", () => {
  const spec = specOf(2, 0);
  expect(
    endingFault(linesOf(4, { 4: 1 }), ending(4, { keptStep: 4, lossAfterMicronats: 1 }), spec),
  ).toContain("lacks");
  const more = linesOf(4, { 2: 1, 3: 1, 4: 1 });
  expect(endingFault(more, ending(4, { keptStep: 4, lossAfterMicronats: 1 }), spec)).toContain("step 3 has");
});

test("a run that diverged ends before its last step", () => {
  const spec = specOf(100, 0);
  const diverged = { ended: "diverged", keptStep: 4, lossAfterMicronats: 7 } as const;
  expect(endingFault(linesOf(4, {}), ending(9, diverged), spec)).toBeUndefined();
  expect(endingFault(linesOf(4, { 4: 7 }), ending(4, diverged), spec)).toContain("after its last step");
  const between = { ...diverged, keptStep: 3 };
  expect(endingFault(linesOf(3, {}), ending(9, between), spec)).toContain("does not end at a checkpoint");
});
