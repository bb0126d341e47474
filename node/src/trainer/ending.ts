import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Report } from "@openledger/sdk/report";
import type { TranscriptLine } from "./transcript.ts";

/** What decides where a run may end and which of its adapters it keeps. */
type Ending = Pick<Report, "recipe" | "steps" | "keptStep" | "ended" | "lossAfterMicronats">;

/** Whether the held-out loss is measured after a step of a run of `steps` planned steps. */
function isEvaluation(spec: JobSpec, steps: number, step: number): boolean {
  return step === steps || step % spec.evaluation.everySteps === 0;
}

/** Whether the state after a step is kept. */
export function isCheckpoint(spec: JobSpec, steps: number, step: number): boolean {
  return step % spec.training.checkpointEverySteps === 0 || isEvaluation(spec, steps, step);
}

/** The steps of a run of `steps` planned steps whose state is kept. */
export function plannedCheckpoints(spec: JobSpec, steps: number): number {
  let count = 0;
  for (let step = 1; step <= steps; step++) if (isCheckpoint(spec, steps, step)) count++;
  return count;
}

/**
 * What is wrong with where a run ended, with the losses that it says it measured, or with the step whose adapter it
 * kept; undefined when all follows from spec and transcript. That a run diverged is for a replay to show.
 */
export function endingFault(
  lines: readonly TranscriptLine[],
  report: Ending,
  spec: JobSpec,
): string | undefined {
  const planned = report.recipe.steps;
  if (lines.length > planned) return `${lines.length} steps were made, ${planned} planned`;
  for (const { step, evaluationMicronats } of lines) {
    if ((evaluationMicronats !== null) !== isEvaluation(spec, planned, step))
      return `step ${step} ${evaluationMicronats === null ? "lacks" : "has"} a held-out loss`;
  }
  const patience = firstStop(lines, spec.evaluation.patience);
  const stop = { "early-stop": lines.length, steps: undefined, diverged: undefined }[report.ended];
  if (patience !== stop)
    return patience === undefined
      ? "it stopped early without having waited for a better evaluation"
      : `it had to stop early at step ${patience}`;
  if (report.ended === "steps" && lines.length !== planned)
    return `${lines.length} steps were made, ${planned} planned`;
  if (report.ended === "diverged" && lines.length === planned) return "it diverged after its last step";
  if (report.ended === "diverged" && !isCheckpoint(spec, planned, lines.length))
    return `it diverged and does not end at a checkpoint, but at step ${lines.length}`;
  const kept = (spec.evaluation.patience > 0 ? bestStep(lines) : 0) || lines.length;
  if (report.keptStep !== kept) return `it kept step ${report.keptStep}, not ${kept}`;
  const measured = lines[kept - 1]?.evaluationMicronats ?? null;
  if (measured !== null && measured !== report.lossAfterMicronats)
    return `the loss of step ${kept} is ${measured} in the transcript and ${report.lossAfterMicronats} in the report`;
  return undefined;
}

/** The step of the lowest held-out loss, the earlier of equal ones; 0 when none was measured. */
function bestStep(lines: readonly TranscriptLine[]): number {
  let best: { step: number; loss: number } | undefined;
  for (const { step, evaluationMicronats } of lines) {
    if (evaluationMicronats !== null && (best === undefined || evaluationMicronats < best.loss))
      best = { step, loss: evaluationMicronats };
  }
  return best?.step ?? 0;
}

/** The first step at which `patience` evaluations in a row had brought nothing better; undefined when there is none. */
function firstStop(lines: readonly TranscriptLine[], patience: number): number | undefined {
  if (patience === 0) return undefined;
  let best = Number.POSITIVE_INFINITY;
  let since = 0;
  for (const { step, evaluationMicronats } of lines) {
    if (evaluationMicronats === null) continue;
    since = evaluationMicronats < best ? 0 : since + 1;
    best = Math.min(best, evaluationMicronats);
    if (since >= patience) return step;
  }
  return undefined;
}
