import type { Recipe } from "@openledger/sdk/recipe";
import type { Report } from "@openledger/sdk/report";
import type { Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import { type ProgressEvent, RunProgress } from "./runProgress.ts";

/**
 * How far a run came. Each state is left only once what it stands for is on disk or on the chain. A lost run may be
 * claimed again; a failed one is beyond this node.
 */
export type RunState =
  | "claimed"
  | "trained"
  | "published"
  | "attested"
  | "accepted"
  | "released"
  | "lost"
  | "failed";

/** What the worker says of a finished training. */
export interface TrainingResult {
  adapterPath: string;
  adapterDigest: Hex;
  transcriptHead: Hex;
  transcriptPath: string;
  lossBeforeMicronats: number;
  lossAfterMicronats: number;
  tokens: number;
  steps: number;
  keptStep: number;
  ended: Report["ended"];
  recipe: Recipe;
  recipeDigest: Hex;
  /** The index that tells which data shaped an answer; null where none was made. */
  attribution: { path: string; digest: Hex } | null;
  checkpoints: { step: number; path: string; digest: Hex; lossMicronats: number }[];
  environment: Record<string, unknown>;
}

/** A job that this node claimed. */
export interface Run {
  job: number;
  /** How often this node claimed the job. */
  attempt: number;
  state: RunState;
  result: TrainingResult | undefined;
  /** The canonical report, once published. */
  report: string | undefined;
  error: string | undefined;
}

/** One claim of a job by this node, over or not: what the list of runs tells of it. */
export interface Attempt {
  job: number;
  attempt: number;
  state: RunState;
  error: string | undefined;
  result: TrainingSummary | undefined;
  /** Milliseconds since 1970 by this machine's clock. */
  begunAt: number;
  endedAt: number | undefined;
}

/** The figures of a finished training. */
type TrainingSummary = Pick<
  TrainingResult,
  "adapterDigest" | "lossBeforeMicronats" | "lossAfterMicronats" | "steps" | "tokens"
>;

/** The runs of this node and what happened in them, on disk. */
export class RunStore {
  readonly #database: Database;
  readonly #progress: RunProgress;

  constructor(database: Database) {
    this.#database = database;
    inTransaction(database, () =>
      database.exec(`
        CREATE TABLE IF NOT EXISTS run (
          job INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, state TEXT NOT NULL, result TEXT, report TEXT, error TEXT
        ) STRICT;
        CREATE TABLE IF NOT EXISTS run_attempt (
          job INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, error TEXT, summary TEXT,
          begun_at INTEGER NOT NULL, ended_at INTEGER, PRIMARY KEY (job, attempt)
        ) STRICT;
        CREATE TABLE IF NOT EXISTS run_death (
          job INTEGER NOT NULL, attempt INTEGER NOT NULL, checkpoint INTEGER NOT NULL, deaths INTEGER NOT NULL,
          PRIMARY KEY (job, attempt)
        ) STRICT;`),
    );
    this.#progress = new RunProgress(database);
  }

  list(): Run[] {
    return this.#database.prepare("SELECT * FROM run ORDER BY job").all().map(runOf);
  }

  find(job: number): Run | undefined {
    const row = this.#database.prepare("SELECT * FROM run WHERE job = ?").get(job);
    return row === undefined ? undefined : runOf(row);
  }

  /** Every claim of a job, or of all jobs, the newest first. */
  attempts(job?: number): Attempt[] {
    return this.#database
      .prepare("SELECT * FROM run_attempt WHERE ? IS NULL OR job = ? ORDER BY job DESC, attempt DESC")
      .all(job ?? null, job ?? null)
      .map(attemptOf);
  }

  /** Begin a run, or begin it again after its lease was lost: the seed is drawn anew. Twice is as once. */
  begin(job: number, attempt: number): void {
    inTransaction(this.#database, () => {
      this.#database
        .prepare(
          `INSERT INTO run (job, attempt, state) VALUES (?, ?, 'claimed')
           ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, state = 'claimed', report = NULL, error = NULL
           WHERE attempt < excluded.attempt`,
        )
        .run(job, attempt);
      this.#database
        .prepare(
          "INSERT OR IGNORE INTO run_attempt (job, attempt, state, begun_at) VALUES (?, ?, 'claimed', ?)",
        )
        .run(job, attempt, Date.now());
    });
    this.#progress.forgetOld();
  }

  update(job: number, change: Partial<Pick<Run, "state" | "result" | "report" | "error">>): void {
    const run = this.find(job);
    if (run === undefined) return;
    const next = { ...run, ...change };
    inTransaction(this.#database, () => {
      this.#database
        .prepare("UPDATE run SET state = ?, result = ?, report = ?, error = ? WHERE job = ?")
        .run(
          next.state,
          next.result === undefined ? null : JSON.stringify(next.result),
          next.report ?? null,
          next.error ?? null,
          job,
        );
      this.#database
        .prepare(
          `UPDATE run_attempt SET state = ?, error = ?, summary = coalesce(?, summary), ended_at = coalesce(ended_at, ?)
           WHERE job = ? AND attempt = ?`,
        )
        .run(
          next.state,
          next.error ?? null,
          change.result === undefined ? null : JSON.stringify(summaryOf(change.result)),
          isOver(next.state) ? Date.now() : null,
          job,
          run.attempt,
        );
    });
    if (change.state !== undefined) {
      this.addProgress(job, "status", {
        state: next.state,
        ...(next.error === undefined ? {} : { error: next.error }),
      });
    }
  }

  /** Note an event of a job's present attempt. A step that was told before, in a run that was resumed, is not told again. */
  addProgress(job: number, event: string, data: Record<string, unknown>): void {
    this.#progress.add(job, this.#attemptOf(job), event, data);
  }

  /** The newest step of the present attempt that was told, also by a process before this one. */
  lastStep(job: number): Record<string, unknown> | undefined {
    return this.#progress.lastStep(job, this.#attemptOf(job));
  }

  /** How often the process that trains the present attempt died since its newest checkpoint. */
  deaths(job: number): number {
    const attempt = this.#attemptOf(job);
    const row = this.#database
      .prepare("SELECT deaths FROM run_death WHERE job = ? AND attempt = ? AND checkpoint = ?")
      .get(job, attempt, this.#progress.lastCheckpoint(job, attempt));
    return Number(row?.deaths ?? 0);
  }

  /** Note that it died once more; @returns how often that is. */
  addDeath(job: number): number {
    const deaths = this.deaths(job) + 1;
    const attempt = this.#attemptOf(job);
    this.#database
      .prepare("INSERT OR REPLACE INTO run_death (job, attempt, checkpoint, deaths) VALUES (?, ?, ?, ?)")
      .run(job, attempt, this.#progress.lastCheckpoint(job, attempt), deaths);
    return deaths;
  }

  /** What happened in an attempt of a job, the present one unless another is named, after an event. */
  progressAfter(job: number, id: number, attempt?: number): ProgressEvent[] {
    return this.#progress.after(job, attempt ?? this.#attemptOf(job), id);
  }

  /** Hear of events as they happen. @returns what ends it. */
  listen(job: number, listener: (event: ProgressEvent) => void): () => void {
    return this.#progress.listen(job, listener);
  }

  /** How many hear of a job's events now. */
  listeners(job: number): number {
    return this.#progress.listeners(job);
  }

  #attemptOf(job: number): number {
    const row = this.#database.prepare("SELECT attempt FROM run WHERE job = ?").get(job);
    return row === undefined ? 1 : Number(row.attempt);
  }
}

/** Whether nothing more will happen in a run. */
export function isOver(state: RunState): boolean {
  return state === "released" || state === "lost" || state === "failed";
}

function runOf(row: Record<string, unknown>): Run {
  return {
    job: Number(row.job),
    attempt: Number(row.attempt),
    state: String(row.state) as RunState,
    result: row.result === null ? undefined : JSON.parse(String(row.result)),
    report: row.report === null ? undefined : String(row.report),
    error: row.error === null ? undefined : String(row.error),
  };
}

function attemptOf(row: Record<string, unknown>): Attempt {
  return {
    job: Number(row.job),
    attempt: Number(row.attempt),
    state: String(row.state) as RunState,
    error: row.error === null ? undefined : String(row.error),
    result: row.summary === null ? undefined : JSON.parse(String(row.summary)),
    begunAt: Number(row.begun_at),
    endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
  };
}

function summaryOf(result: TrainingResult): TrainingSummary {
  const { adapterDigest, lossBeforeMicronats, lossAfterMicronats, steps, tokens } = result;
  return { adapterDigest, lossBeforeMicronats, lossAfterMicronats, steps, tokens };
}
