import { fetchAnswer } from "./gateway.ts";
import type { LossPoint } from "./jobs.ts";
import { readEvents, type ServerEvent } from "./sse.ts";

/** What a trainer has told of a run so far. */
export type JobProgress = {
  losses: LossPoint[];
  /** Losses on the held-out split. */
  evaluations: LossPoint[];
  checkpoints: number;
  steps?: number;
  learningRate?: number;
  tokens?: number;
  /** The trainer's own word for what it does now. */
  status?: string;
};

/** Nothing heard yet. */
export const EMPTY_PROGRESS: JobProgress = { losses: [], evaluations: [], checkpoints: 0 };

/**
 * Take in one event. A trainer replays the past to whoever connects, and a run that resumes repeats the steps since
 * its checkpoint: the later word about a step replaces the earlier.
 */
export function withEvent(progress: JobProgress, { event, data }: ServerEvent): JobProgress {
  const facts = parse(data);
  if (!facts) return progress;
  switch (event) {
    case "step": {
      const point = pointOf(facts);
      if (!point) return progress;
      return {
        ...progress,
        losses: withPoint(progress.losses, point),
        ...pick(facts, "steps"),
        ...pick(facts, "learningRate"),
        ...pick(facts, "tokens"),
      };
    }
    case "evaluation": {
      const point = pointOf(facts);
      return point ? { ...progress, evaluations: withPoint(progress.evaluations, point) } : progress;
    }
    case "checkpoint":
      return { ...progress, checkpoints: progress.checkpoints + 1 };
    case "status": {
      const status = facts.status ?? facts.state;
      return typeof status === "string" ? { ...progress, status } : progress;
    }
    default:
      return progress;
  }
}

/** Follow a run from its beginning; every event gives a new picture. Ends with the stream. */
export async function* followJob(job: number, signal: AbortSignal): AsyncGenerator<JobProgress> {
  const response = await fetchAnswer(`/v1/jobs/${job}/progress`, {
    headers: { accept: "text/event-stream" },
    signal,
  });
  let progress = EMPTY_PROGRESS;
  for await (const event of readEvents(response)) {
    progress = withEvent(progress, event);
    yield progress;
  }
}

function withPoint(points: LossPoint[], point: LossPoint): LossPoint[] {
  const last = points.at(-1);
  if (!last || point.step > last.step) return [...points, point];
  return [...points.filter(({ step }) => step < point.step), point];
}

function pointOf({ step, lossMicronats }: Record<string, unknown>): LossPoint | undefined {
  const point = { step: Number(step), lossMicronats: Number(lossMicronats) };
  return Number.isFinite(point.step) && Number.isFinite(point.lossMicronats) ? point : undefined;
}

function pick<Key extends string>(facts: Record<string, unknown>, key: Key): Partial<Record<Key, number>> {
  const value = Number(facts[key]);
  return Number.isFinite(value) ? ({ [key]: value } as Record<Key, number>) : {};
}

function parse(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A line that is cut or foreign tells nothing about the run.
    return undefined;
  }
}
