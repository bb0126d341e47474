import { useQuery } from "@tanstack/react-query";
import { EMPTY_PROGRESS, type JobProgress } from "../data/jobProgress.ts";
import { heartbeatsQuery, type Job } from "../data/jobs.ts";
import type { ToldRun } from "../data/runs.ts";
import { specQuery } from "../data/specs.ts";
import { formatCount, formatMemory } from "../text/measures.ts";
import { formatSeconds } from "../text/times.ts";
import { RunCurves } from "./RunCurves.tsx";
import { RunNotices } from "./RunNotices.tsx";
import { RunSamples } from "./RunSamples.tsx";
import { RunTable } from "./RunTable.tsx";
import { type StreamState, useJobProgress } from "./useJobProgress.ts";

type JobRunProps = {
  job: Job;
  /** Whether more may happen in the job. */
  active: boolean;
  /** An earlier run that is looked at instead of the present one. */
  past: Pick<ToldRun, "trainer" | "attempt"> | undefined;
};

/** A run as it goes: from the trainer's own stream while it speaks, else from the heartbeats on the chain. */
export function JobRun({ job, active, past }: JobRunProps) {
  const name = { job: job.id, ...past };
  const { progress: streamed, stream } = useJobProgress(
    name,
    active && !past,
    job.trainer !== null || !!past,
  );
  const heartbeats = useQuery({ ...heartbeatsQuery(job), refetchInterval: active ? 3_000 : false });
  const spec = useQuery(specQuery(job.specDigest));
  const fromTrainer = streamed.points.length > 0 || streamed.evaluations.length > 0;
  const progress = fromTrainer || past ? streamed : fromChain(job, heartbeats.data ?? []);
  const steps = streamed.steps ?? spec.data?.training.steps ?? 0;
  const empty = progress.points.length === 0 && progress.evaluations.length === 0;
  return (
    <section className="sheet stack" aria-labelledby="run-heading">
      <div className="row row-between">
        <h2 id="run-heading">{past ? `Training, attempt ${past.attempt}` : "Training"}</h2>
        {!empty && (
          <span className="small soft">{sourceText(fromTrainer, stream, active && past === undefined)}</span>
        )}
      </div>
      <RunNotices progress={streamed} />
      {empty ? (
        <p className="soft" role="status">
          {emptyText(job, past !== undefined, stream)}
        </p>
      ) : (
        <>
          <RunFigures progress={progress} steps={steps} live={stream === "live" && active && !past} />
          <RunCurves progress={progress} steps={steps} />
          <RunSamples samples={progress.samples} />
          <RunTable progress={progress} />
        </>
      )}
    </section>
  );
}

function RunFigures({ progress, steps, live }: { progress: JobProgress; steps: number; live: boolean }) {
  const last = progress.points.at(-1);
  const facts: [string, string][] = [];
  if (last)
    facts.push([
      "Step",
      steps > 0 ? `${formatCount(last.step)} of ${formatCount(steps)}` : formatCount(last.step),
    ]);
  if (live && progress.etaSeconds !== undefined && last && last.step < steps)
    facts.push(["Left", `about ${formatSeconds(progress.etaSeconds)}`]);
  if (progress.tokens !== undefined) facts.push(["Tokens", formatCount(progress.tokens)]);
  if (last?.tokensPerSecond !== undefined)
    facts.push(["Speed", `${formatCount(Math.round(last.tokensPerSecond))} tokens/s`]);
  if (last?.memoryBytes !== undefined) facts.push(["Memory", formatMemory(last.memoryBytes)]);
  if (progress.checkpoints > 0) facts.push(["Checkpoints", formatCount(progress.checkpoints)]);
  return (
    <dl className="facts facts-run" data-testid="run-figures">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What heartbeats and attestation say, for a run whose trainer no longer speaks. */
function fromChain(job: Job, points: JobProgress["points"]): JobProgress {
  const evaluations = [];
  if (job.lossBeforeMicronats !== null) evaluations.push({ step: 0, lossMicronats: job.lossBeforeMicronats });
  if (job.lossAfterMicronats !== null)
    evaluations.push({ step: job.steps ?? 0, lossMicronats: job.lossAfterMicronats });
  return { ...EMPTY_PROGRESS, points, evaluations };
}

function sourceText(fromTrainer: boolean, stream: StreamState, active: boolean): string {
  if (!fromTrainer) return "from the heartbeats on the chain";
  if (!active) return "as the trainer recorded it";
  return stream === "absent" ? "the trainer does not answer; it is asked again" : "live from the trainer";
}

function emptyText(job: Job, isPast: boolean, stream: StreamState): string {
  if (isPast)
    return stream === "connecting"
      ? "The trainer is asked for this run."
      : "Nothing is kept of this run: it ended before its first step, or its trainer does not answer.";
  return job.trainer === null
    ? "The curve begins once a trainer has claimed the job."
    : "No step has been reported yet: the trainer fetches the data and loads the base model.";
}
