import { type Database, inTransaction } from "../app/database.ts";

/** Something that happened in a run, in the order in which it happened. */
export interface ProgressEvent {
  id: number;
  /** Which claim of the job it belongs to, as this node counts them. */
  attempt: number;
  event: string;
  data: Record<string, unknown>;
}

/** Of each kind of event of one attempt, this many are kept at most; a curve needs no more points. */
const MOST_EVENTS = 2_000;
/** Attempts whose events are kept; of earlier ones the list of runs alone remains. */
const MOST_ATTEMPTS = 500;
/** Longer text samples and reasons are cut, so that a model that babbles fills no disk. */
const MOST_CHARACTERS = 2_000;

/**
 * What happened in the runs of this node, on disk: of bounded size, and each attempt for itself, since another attempt
 * trains anew and its steps are other steps.
 */
export class RunProgress {
  readonly #database: Database;
  readonly #listeners = new Map<number, Set<(event: ProgressEvent) => void>>();
  /** How many events of a kind an attempt has, counted once and then kept up. */
  readonly #counts = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    inTransaction(database, () =>
      database.exec(`
        CREATE TABLE IF NOT EXISTS run_progress (
          id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, attempt INTEGER NOT NULL, event TEXT NOT NULL,
          step INTEGER, part TEXT NOT NULL, data TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX IF NOT EXISTS run_progress_once ON run_progress (job, attempt, event, step, part)
          WHERE step IS NOT NULL;
        CREATE INDEX IF NOT EXISTS run_progress_in_order ON run_progress (job, attempt, id)`),
    );
  }

  /** Note an event. A step that was told before, in a run that was resumed, is not told again. */
  add(job: number, attempt: number, event: string, told: Record<string, unknown>): void {
    const data = shortened(told);
    const step = event !== "status" && typeof data.step === "number" ? data.step : null;
    // Several texts are written after one step, each from its own beginning, and a batch is halved more than once in it.
    const part = typeof data.prompt === "string" ? data.prompt : String(data.microBatch ?? "");
    const { changes, lastInsertRowid } = this.#database
      .prepare(
        "INSERT OR IGNORE INTO run_progress (job, attempt, event, step, part, data) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(job, attempt, event, step, part, JSON.stringify(data));
    if (changes === 0) return;
    if (this.#count(job, attempt, event) > MOST_EVENTS) this.#thin(job, attempt, event);
    for (const listener of this.#listeners.get(job) ?? [])
      listener({ id: Number(lastInsertRowid), attempt, event, data });
  }

  /** The newest step of an attempt that was told, also by a process before this one. */
  lastStep(job: number, attempt: number): Record<string, unknown> | undefined {
    const row = this.#database
      .prepare(
        "SELECT data FROM run_progress WHERE job = ? AND attempt = ? AND event = 'step' ORDER BY step DESC LIMIT 1",
      )
      .get(job, attempt);
    return row === undefined ? undefined : JSON.parse(String(row.data));
  }

  /** The newest step of an attempt whose state was saved; 0 before there is one. */
  lastCheckpoint(job: number, attempt: number): number {
    const row = this.#database
      .prepare(
        "SELECT max(step) AS step FROM run_progress WHERE job = ? AND attempt = ? AND event = 'checkpoint'",
      )
      .get(job, attempt);
    return Number(row?.step ?? 0);
  }

  /** What happened in an attempt after an event, in order. */
  after(job: number, attempt: number, id: number): ProgressEvent[] {
    return this.#database
      .prepare(
        "SELECT id, attempt, event, data FROM run_progress WHERE job = ? AND attempt = ? AND id > ? ORDER BY id",
      )
      .all(job, attempt, id)
      .map((row) => ({
        id: Number(row.id),
        attempt: Number(row.attempt),
        event: String(row.event),
        data: JSON.parse(String(row.data)),
      }));
  }

  /** Hear of a job's events as they happen. @returns what ends it. */
  listen(job: number, listener: (event: ProgressEvent) => void): () => void {
    const listeners = this.#listeners.get(job) ?? new Set();
    this.#listeners.set(job, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(job) === listeners) this.#listeners.delete(job);
    };
  }

  /** How many hear of a job's events now. */
  listeners(job: number): number {
    return this.#listeners.get(job)?.size ?? 0;
  }

  /** Forget the events of attempts that many others followed. */
  forgetOld(): void {
    this.#database
      .prepare(
        `DELETE FROM run_progress WHERE (job, attempt) IN (
           SELECT job, attempt FROM run_progress GROUP BY job, attempt ORDER BY max(id) DESC LIMIT -1 OFFSET ?)`,
      )
      .run(MOST_ATTEMPTS);
  }

  #count(job: number, attempt: number, event: string): number {
    const key = `${job}:${attempt}:${event}`;
    const known = this.#counts.get(key);
    const count =
      known === undefined
        ? Number(
            this.#database
              .prepare(
                "SELECT count(*) AS events FROM run_progress WHERE job = ? AND attempt = ? AND event = ?",
              )
              .get(job, attempt, event)?.events,
          )
        : known + 1;
    this.#counts.set(key, count);
    return count;
  }

  /**
   * Halve an attempt's events of one kind evenly: of a curve only the multiples of a power of two, its first and newest
   * step and the lowest loss remain; of what has no step, the earliest.
   */
  #thin(job: number, attempt: number, event: string): void {
    const of = [job, attempt, event] as const;
    const newest = this.#database
      .prepare("SELECT max(step) AS step FROM run_progress WHERE job = ? AND attempt = ? AND event = ?")
      .get(...of)?.step;
    if (newest === null || newest === undefined) {
      this.#database
        .prepare(
          `DELETE FROM run_progress WHERE id IN (
             SELECT id FROM run_progress WHERE job = ? AND attempt = ? AND event = ? ORDER BY id LIMIT -1 OFFSET ?)`,
        )
        .run(...of, MOST_EVENTS);
    } else {
      let stride = 2;
      const left = (every: number) =>
        Number(
          this.#database
            .prepare(
              "SELECT count(*) AS events FROM run_progress WHERE job = ? AND attempt = ? AND event = ? AND step % ? = 0",
            )
            .get(...of, every)?.events,
        );
      while (left(stride) > MOST_EVENTS / 2) stride *= 2;
      this.#database
        .prepare(
          `DELETE FROM run_progress WHERE job = ? AND attempt = ? AND event = ? AND step % ? <> 0 AND step NOT IN (
             (SELECT min(step) FROM run_progress WHERE job = ? AND attempt = ? AND event = ?), ?,
             (SELECT step FROM run_progress WHERE job = ? AND attempt = ? AND event = ?
              ORDER BY coalesce(json_extract(data, '$.lossMicronats'), 0), step LIMIT 1))`,
        )
        .run(...of, stride, ...of, newest, ...of);
    }
    this.#counts.delete(of.join(":"));
    this.#count(...of);
  }
}

function shortened(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === "string" && value.length > MOST_CHARACTERS
        ? `${value.slice(0, MOST_CHARACTERS - 1)}…`
        : value,
    ]),
  );
}
