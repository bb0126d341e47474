import { readEvents, type ServerEvent } from "@openledger/sdk/eventStream";
import { fetchAnswer } from "./gateway.ts";
import type { LossPoint } from "./jobs.ts";

/** What a trainer tells with a step; older ones and other ways of training tell less. */
export type StepPoint = LossPoint & {
  learningRate?: number;
  gradientNorm?: number;
  tokensPerSecond?: number;
  memoryBytes?: number;
};

/** Texts that the model wrote while it was trained, each from its own beginning. */
export type Sample = { step: number; texts: readonly { prompt: string; text: string }[] };

/** What a trainer has told of a run so far. */
export type JobProgress = {
  /** Which claim of the trainer's it is; undefined before the stream has said it. */
  attempt?: number;
  points: readonly StepPoint[];
  /** Losses on the held-out split. */
  evaluations: readonly LossPoint[];
  samples: readonly Sample[];
  /** Files without an example in them. */
  skipped: readonly { sha256: string; reason: string }[];
  /** The examples at once that memory had room for, after each time that it had not. */
  halvings: readonly number[];
  checkpoints: number;
  steps?: number;
  tokens?: number;
  etaSeconds?: number;
  /** Where training ended, the step whose adapter was kept, and why there were no more steps. */
  stopped?: { step: number; bestStep: number; reason: string };
  /** The trainer's own word for what it does now. */
  status?: string;
  /** Why a run ended badly. */
  error?: string;
};

/** Nothing heard yet. */
export const EMPTY_PROGRESS: JobProgress = {
  points: [],
  evaluations: [],
  samples: [],
  skipped: [],
  halvings: [],
  checkpoints: 0,
};

/** A curve of more points is thinned: no picture shows them. */
const MOST_POINTS = 4_000;

type Facts = Record<string, unknown>;

/**
 * A run as it is told, event by event. The past is replayed to whoever connects, and a run that resumes repeats the steps
 * since its checkpoint: the later word about a step replaces the earlier. Another attempt begins with nothing.
 */
export class RunPicture {
  #now: JobProgress = EMPTY_PROGRESS;
  #points = new Curve<StepPoint>();
  #evaluations = new Curve<LossPoint>();
  #samples = new Curve<Sample>();

  /** What is known now; a picture that stays as it is while more is told. */
  get progress(): JobProgress {
    return {
      ...this.#now,
      points: this.#points.list(),
      evaluations: this.#evaluations.list(),
      samples: this.#samples.list(),
    };
  }

  /** Take in one event; false when it tells nothing. */
  take({ event, data }: ServerEvent): boolean {
    const facts = parse(data);
    if (!facts) return false;
    const next = this.#next(event, facts);
    if (next === undefined) return false;
    this.#now = { ...this.#now, ...next };
    return true;
  }

  #next(event: string, facts: Facts): Partial<JobProgress> | undefined {
    switch (event) {
      case "attempt":
        return this.#begin(facts);
      case "step": {
        const point = pointOf(facts);
        if (!point) return undefined;
        this.#points.put({
          ...point,
          ...pick(facts, "learningRate"),
          ...pick(facts, "gradientNorm"),
          ...pick(facts, "tokensPerSecond"),
          ...pick(facts, "memoryBytes"),
        });
        return { ...pick(facts, "steps"), ...pick(facts, "tokens"), ...pick(facts, "etaSeconds") };
      }
      case "evaluation": {
        const point = pointOf(facts);
        if (!point) return undefined;
        this.#evaluations.put(point);
        return {};
      }
      case "checkpoint":
        return { checkpoints: this.#now.checkpoints + 1 };
      case "sample": {
        const step = Number(facts.step);
        if (!Number.isFinite(step) || typeof facts.text !== "string") return undefined;
        const prompt = String(facts.prompt ?? "");
        const before = this.#samples.at(step)?.texts.filter((one) => one.prompt !== prompt) ?? [];
        this.#samples.put({ step, texts: [...before, { prompt, text: facts.text }] });
        return {};
      }
      case "skipped": {
        const { sha256, reason } = facts;
        // A run that resumes says it again.
        if (typeof sha256 !== "string" || this.#now.skipped.some((file) => file.sha256 === sha256))
          return undefined;
        return { skipped: [...this.#now.skipped, { sha256, reason: String(reason ?? "") }] };
      }
      case "halved": {
        const batch = Number(facts.microBatch);
        return Number.isFinite(batch) ? { halvings: [...this.#now.halvings, batch] } : undefined;
      }
      case "stopped": {
        const [step, bestStep] = [Number(facts.step), Number(facts.bestStep)];
        return Number.isFinite(step) && Number.isFinite(bestStep)
          ? { stopped: { step, bestStep, reason: String(facts.reason ?? "early-stop") } }
          : undefined;
      }
      case "status": {
        const status = facts.status ?? facts.state;
        if (typeof status !== "string") return undefined;
        return { status, ...(typeof facts.error === "string" ? { error: facts.error } : {}) };
      }
      default:
        return undefined;
    }
  }

  #begin(facts: Facts): Partial<JobProgress> | undefined {
    const attempt = Number(facts.attempt);
    if (!Number.isFinite(attempt)) return undefined;
    if (this.#now.attempt !== attempt) {
      this.#now = EMPTY_PROGRESS;
      this.#points = new Curve();
      this.#evaluations = new Curve();
      this.#samples = new Curve();
    }
    return { attempt };
  }
}

/** The evaluation with the lowest loss, the earliest of equal ones; undefined before there is one after training began. */
export function bestEvaluation(evaluations: readonly LossPoint[]): LossPoint | undefined {
  return evaluations
    .filter(({ step }) => step > 0)
    .reduce<LossPoint | undefined>(
      (best, point) => (best === undefined || point.lossMicronats < best.lossMicronats ? point : best),
      undefined,
    );
}

/** Which run is followed: the present one, or an earlier one of the list of runs. */
export type RunName = { job: number; trainer?: string; attempt?: number };

/** Follow a run from its beginning; `onEvent` is called with the picture whenever it changed. Ends with the stream. */
export async function followRun(
  { job, trainer, attempt }: RunName,
  signal: AbortSignal,
  onEvent: (picture: RunPicture) => void,
): Promise<void> {
  const query = new URLSearchParams({
    ...(trainer === undefined ? {} : { trainer }),
    ...(attempt === undefined ? {} : { attempt: String(attempt) }),
  });
  const response = await fetchAnswer(`/v1/jobs/${job}/progress?${query}`, {
    headers: { accept: "text/event-stream" },
    signal,
  });
  const picture = new RunPicture();
  for await (const event of readEvents(response)) if (picture.take(event)) onEvent(picture);
}

/** Points by step, of bounded number. */
class Curve<Point extends { step: number }> {
  #points: Point[] = [];
  #stride = 1;

  put(point: Point): void {
    while ((this.#points.at(-1)?.step ?? Number.NEGATIVE_INFINITY) >= point.step) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length <= MOST_POINTS) return;
    this.#stride *= 2;
    this.#points = this.#points.filter(
      ({ step }, index) => index === 0 || index === this.#points.length - 1 || step % this.#stride === 0,
    );
  }

  /** The point of a step, when it is the newest. */
  at(step: number): Point | undefined {
    const last = this.#points.at(-1);
    return last?.step === step ? last : undefined;
  }

  list(): readonly Point[] {
    return [...this.#points];
  }
}

function pointOf({ step, lossMicronats }: Facts): LossPoint | undefined {
  const point = { step: Number(step), lossMicronats: Number(lossMicronats) };
  return Number.isFinite(point.step) && Number.isFinite(point.lossMicronats) ? point : undefined;
}

function pick<Key extends string>(facts: Facts, key: Key): Partial<Record<Key, number>> {
  const value = facts[key];
  return typeof value === "number" && Number.isFinite(value) ? ({ [key]: value } as Record<Key, number>) : {};
}

function parse(data: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Facts) : undefined;
  } catch {
    // A line that is cut or foreign tells nothing about the run.
    return undefined;
  }
}
