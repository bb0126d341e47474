import type { Hex } from "viem";
import type { Database } from "../app/database.ts";

/** How far a run came. Each state is left only once what it stands for is on disk or on the chain. */
export type RunState = "claimed" | "trained" | "published" | "attested" | "accepted" | "released" | "lost";

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

/** Something that happened in a run, in the order in which it happened. */
export interface ProgressEvent {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

/** The runs of this node and what happened in them, on disk. */
export class RunStore {
  readonly #database: Database;
  readonly #listeners = new Map<number, Set<(event: ProgressEvent) => void>>();

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS run (
        job INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, state TEXT NOT NULL, result TEXT, report TEXT, error TEXT
      ) STRICT;
      CREATE TABLE IF NOT EXISTS run_progress (
        id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, event TEXT NOT NULL, step INTEGER, data TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS run_progress_by_step ON run_progress (job, event, step) WHERE step IS NOT NULL;`);
  }

  list(): Run[] {
    return this.#database.prepare("SELECT * FROM run ORDER BY job").all().map(runOf);
  }

  find(job: number): Run | undefined {
    const row = this.#database.prepare("SELECT * FROM run WHERE job = ?").get(job);
    return row === undefined ? undefined : runOf(row);
  }

  /** Begin a run, or begin it again after its lease was lost: what was trained on disk stays of use. Twice is as once. */
  begin(job: number, attempt: number): void {
    this.#database
      .prepare(
        `INSERT INTO run (job, attempt, state) VALUES (?, ?, 'claimed')
         ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, state = 'claimed', report = NULL, error = NULL
         WHERE attempt < excluded.attempt`,
      )
      .run(job, attempt);
  }

  update(job: number, change: Partial<Pick<Run, "state" | "result" | "report" | "error">>): void {
    const run = this.find(job);
    if (run === undefined) return;
    const next = { ...run, ...change };
    this.#database
      .prepare("UPDATE run SET state = ?, result = ?, report = ?, error = ? WHERE job = ?")
      .run(
        next.state,
        next.result === undefined ? null : JSON.stringify(next.result),
        next.report ?? null,
        next.error ?? null,
        job,
      );
    if (change.state !== undefined) {
      this.addProgress(job, "status", {
        state: next.state,
        ...(next.error === undefined ? {} : { error: next.error }),
      });
    }
  }

  /** Note an event. A step that was told before, in a run that was resumed, is not told again. */
  addProgress(job: number, event: string, data: Record<string, unknown>): void {
    const step = event === "status" ? null : typeof data.step === "number" ? data.step : null;
    const { changes, lastInsertRowid } = this.#database
      .prepare("INSERT OR IGNORE INTO run_progress (job, event, step, data) VALUES (?, ?, ?, ?)")
      .run(job, event, step, JSON.stringify(data));
    if (changes === 0) return;
    for (const listener of this.#listeners.get(job) ?? [])
      listener({ id: Number(lastInsertRowid), event, data });
  }

  /** The newest step that was told, also by a process before this one. */
  lastStep(job: number): Record<string, unknown> | undefined {
    const row = this.#database
      .prepare("SELECT data FROM run_progress WHERE job = ? AND event = 'step' ORDER BY step DESC LIMIT 1")
      .get(job);
    return row === undefined ? undefined : JSON.parse(String(row.data));
  }

  progressAfter(job: number, id: number): ProgressEvent[] {
    return this.#database
      .prepare("SELECT id, event, data FROM run_progress WHERE job = ? AND id > ? ORDER BY id")
      .all(job, id)
      .map((row) => ({ id: Number(row.id), event: String(row.event), data: JSON.parse(String(row.data)) }));
  }

  /** Hear of events as they happen. @returns what ends it. */
  listen(job: number, listener: (event: ProgressEvent) => void): () => void {
    const listeners = this.#listeners.get(job) ?? new Set();
    this.#listeners.set(job, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}

/** Whether nothing more will happen in a run. */
export function isOver(state: RunState): boolean {
  return state === "released" || state === "lost";
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
