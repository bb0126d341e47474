import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { heartbeatsQuery, type Job } from "../data/jobs.ts";
import { specQuery } from "../data/specs.ts";
import { formatCount } from "../text/measures.ts";
import { useJobProgress } from "./useJobProgress.ts";
import { Waiting } from "./Waiting.tsx";

const LossChart = lazy(async () => ({ default: (await import("./LossChart.tsx")).LossChart }));

/** The loss curve: from the trainer's own stream while it speaks, else from the heartbeats on the chain. */
export function JobLoss({ job, active }: { job: Job; active: boolean }) {
  const { progress, stream } = useJobProgress(job.id, active, job.trainer !== null);
  const heartbeats = useQuery({ ...heartbeatsQuery(job.id), refetchInterval: active ? 3_000 : false });
  const spec = useQuery(specQuery(job.specDigest));
  const streamed = progress.losses.length > 0;
  const losses = streamed ? progress.losses : (heartbeats.data ?? []);
  const evaluations = progress.evaluations.length > 0 ? progress.evaluations : attested(job);
  if (losses.length === 0 && evaluations.length === 0) {
    return (
      <section className="sheet stack-tight" aria-labelledby="loss-heading">
        <h2 id="loss-heading">Loss</h2>
        <p className="soft">
          {job.trainer === null
            ? "The curve begins once a trainer has claimed the job."
            : "No step has been reported yet: the trainer fetches the data and loads the base model."}
        </p>
      </section>
    );
  }
  return (
    <section className="sheet stack" aria-labelledby="loss-heading">
      <div className="row row-between">
        <h2 id="loss-heading">Loss</h2>
        <span className="small soft">{sourceText(streamed, stream === "live" && active)}</span>
      </div>
      <Suspense fallback={<Waiting what="the loss curve" lines={5} />}>
        <LossChart
          losses={losses}
          evaluations={evaluations}
          steps={progress.steps ?? spec.data?.training.steps ?? 0}
        />
      </Suspense>
      {streamed && (
        <p className="small soft">
          {progress.steps !== undefined &&
            `${formatCount(losses.at(-1)?.step ?? 0)} of ${formatCount(progress.steps)} steps`}
          {progress.tokens !== undefined && `, ${formatCount(progress.tokens)} tokens`}
          {progress.learningRate !== undefined && `, learning rate ${progress.learningRate.toPrecision(3)}`}
          {progress.checkpoints > 0 && `, ${progress.checkpoints} checkpoints`}
        </p>
      )}
    </section>
  );
}

/** What the attestation says, for a run whose trainer no longer speaks. */
function attested(job: Job) {
  const points = [];
  if (job.lossBeforeMicronats !== null) points.push({ step: 0, lossMicronats: job.lossBeforeMicronats });
  if (job.lossAfterMicronats !== null)
    points.push({ step: job.steps ?? 0, lossMicronats: job.lossAfterMicronats });
  return points;
}

function sourceText(streamed: boolean, live: boolean): string {
  if (!streamed) return "from the heartbeats on the chain";
  return live ? "live from the trainer" : "as the trainer recorded it";
}
