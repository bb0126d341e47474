import { deserialize, serialize } from "node:v8";
import { poolOfDocket } from "@openledger/sdk/docketId";
import { POOLS } from "@openledger/sdk/pools";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Fingerprint } from "../judge/assay.ts";
import type { Opinion } from "../judge/opinion.ts";
import { type Submitted, submittedOf } from "./submissions.ts";

/** The schema of what can be judged again from chain and content. */
export const JUDGEMENTS = "judgements";

/**
 * Attach a database of its own for opinions and fingerprints. It does not wait for the disk at every file, since a power
 * cut loses nothing that cannot be judged again; a killed process loses nothing at all.
 */
export function attachJudgements(database: Database, path: string): void {
  database.prepare("ATTACH DATABASE ? AS judgements").run(path);
  database.exec("PRAGMA judgements.journal_mode = WAL; PRAGMA judgements.synchronous = NORMAL;");
}

/** The name of the finding that a base model gives. */
export const PERPLEXITY = "perplexity";

/** A file of a submission as its manifest tells it. */
export interface AssayedFile {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Hex;
  cid: string;
}

/** What was found out about a file without looking at others. */
export interface SavedAssay {
  opinion: Opinion;
  fingerprint: Fingerprint | undefined;
  /** Absent when the manifest could not be read. */
  file: AssayedFile | undefined;
}

/** An opinion that other files were taken into account for. */
export interface SavedOpinion extends Opinion {
  /** The submission of the earlier file that this one repeats. */
  repeats?: Hex;
}

/** How far the judging of a submission came. */
const Progress = { WAITING: 0, ASSAYED: 1, DECIDED: 2 } as const;

/** The assays and opinions of files, on disk as soon as they are there. */
export class Judgements {
  readonly #database: Database;

  /** @param database Has the table of submissions, and the attached schema `JUDGEMENTS`. */
  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${JUDGEMENTS}.assay (
        root TEXT NOT NULL, item INTEGER NOT NULL, opinion TEXT NOT NULL, print BLOB, file TEXT,
        PRIMARY KEY (root, item)
      ) STRICT;
      CREATE TABLE IF NOT EXISTS ${JUDGEMENTS}.verdict (
        root TEXT NOT NULL, item INTEGER NOT NULL, opinion TEXT NOT NULL, repeats TEXT, PRIMARY KEY (root, item)
      ) STRICT;
      CREATE INDEX IF NOT EXISTS ${JUDGEMENTS}.verdict_by_repeated ON verdict (repeats);
      CREATE TABLE IF NOT EXISTS ${JUDGEMENTS}.perplexity (
        root TEXT NOT NULL, item INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY (root, item)
      ) STRICT;
      CREATE TABLE IF NOT EXISTS ${JUDGEMENTS}.progress (root TEXT PRIMARY KEY, state INTEGER NOT NULL) STRICT;`);
  }

  saveAssay(root: Hex, index: number, { opinion, fingerprint, file }: SavedAssay): void {
    this.#database
      .prepare(`INSERT OR REPLACE INTO ${JUDGEMENTS}.assay VALUES (?, ?, ?, ?, ?)`)
      .run(
        root,
        index,
        JSON.stringify(opinion),
        fingerprint === undefined ? null : serialize(fingerprint),
        file === undefined ? null : JSON.stringify(file),
      );
  }

  assayOf(root: Hex, index: number): SavedAssay | undefined {
    const row = this.#database
      .prepare(`SELECT * FROM ${JUDGEMENTS}.assay WHERE root = ? AND item = ?`)
      .get(root, index);
    if (row === undefined) return undefined;
    return {
      opinion: JSON.parse(String(row.opinion)),
      fingerprint: row.print === null ? undefined : deserialize(row.print as Uint8Array),
      file: row.file === null ? undefined : JSON.parse(String(row.file)),
    };
  }

  /** The places of the files that were assayed. */
  assayed(root: Hex): Set<number> {
    const rows = this.#database.prepare(`SELECT item FROM ${JUDGEMENTS}.assay WHERE root = ?`).all(root);
    return new Set(rows.map(({ item }) => Number(item)));
  }

  saveOpinion(root: Hex, index: number, { repeats, ...opinion }: SavedOpinion): void {
    this.#database
      .prepare(`INSERT OR REPLACE INTO ${JUDGEMENTS}.verdict VALUES (?, ?, ?, ?)`)
      .run(root, index, JSON.stringify(opinion), repeats ?? null);
  }

  /** Keep what a base model makes of a text, as long as a verdict on it is to come. */
  savePerplexity(root: Hex, index: number, why: string): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO ${JUDGEMENTS}.perplexity
         SELECT root, item, ? FROM ${JUDGEMENTS}.assay WHERE root = ? AND item = ?`,
      )
      .run(why, root, index);
  }

  /**
   * What is thought of a file, and what it is; undefined before it was decided. The perplexity of an accepted text is
   * added here, beside the grade: it has no part in it.
   */
  opinionOf(root: Hex, index: number): (Opinion & { file: AssayedFile | undefined }) | undefined {
    const row = this.#database
      .prepare(
        `SELECT verdict.opinion, assay.file, perplexity.why FROM ${JUDGEMENTS}.verdict
         LEFT JOIN ${JUDGEMENTS}.assay USING (root, item) LEFT JOIN ${JUDGEMENTS}.perplexity USING (root, item)
         WHERE verdict.root = ? AND verdict.item = ?`,
      )
      .get(root, index);
    if (row === undefined) return undefined;
    const opinion: Opinion = JSON.parse(String(row.opinion));
    const measured = opinion.grade > 0 && typeof row.why === "string" ? row.why : undefined;
    return {
      ...opinion,
      ...(measured === undefined
        ? {}
        : { findings: [...(opinion.findings ?? []), { check: PERPLEXITY, why: measured }] }),
      file: typeof row.file === "string" ? JSON.parse(row.file) : undefined,
    };
  }

  /**
   * Submissions whose files are not all assayed, in the order of the chain. What the court rejected as a whole is left
   * alone: nothing depends on it any more.
   */
  unassayed(limit: number): Submitted[] {
    return this.#select(
      `coalesce(state, ${Progress.WAITING}) = ${Progress.WAITING} AND coalesce(grades, '') <> '0'`,
      limit,
    );
  }

  /** The submissions of a docket whose files are not all assayed. */
  unassayedIn(docket: number): Submitted[] {
    return this.#select(
      `coalesce(state, ${Progress.WAITING}) = ${Progress.WAITING} AND docket = ${docket}`,
      128,
    );
  }

  /** Submissions that have no opinion yet, assayed or not, in the order of the chain, from a place in it on. */
  undecided(
    limit: number,
    after: { block: number; logIndex: number },
  ): (Submitted & { isAssayed: boolean })[] {
    return this.#select(
      `coalesce(state, ${Progress.WAITING}) <> ${Progress.DECIDED} AND coalesce(grades, '') <> '0'
       AND (block, log_index) > (${after.block}, ${after.logIndex})`,
      limit,
    );
  }

  #select(condition: string, limit: number): (Submitted & { isAssayed: boolean })[] {
    return this.#database
      .prepare(
        `SELECT submission.*, state FROM submission LEFT JOIN ${JUDGEMENTS}.progress USING (root)
         WHERE ${condition} ORDER BY block, log_index LIMIT ?`,
      )
      .all(limit)
      .map((row) => ({ ...submittedOf(row), isAssayed: row.state === Progress.ASSAYED }));
  }

  markAssayed(root: Hex): void {
    this.#mark(root, Progress.ASSAYED);
  }

  markDecided(root: Hex): void {
    this.#mark(root, Progress.DECIDED);
  }

  /** Judge a submission again whose opinions were lost. */
  reopen(root: Hex): void {
    this.#mark(root, Progress.WAITING);
  }

  #mark(root: Hex, state: number): void {
    this.#database.prepare(`INSERT OR REPLACE INTO ${JUDGEMENTS}.progress VALUES (?, ?)`).run(root, state);
  }

  isDecided(root: Hex): boolean {
    const row = this.#database.prepare(`SELECT state FROM ${JUDGEMENTS}.progress WHERE root = ?`).get(root);
    return row?.state === Progress.DECIDED;
  }

  /**
   * Decide those submissions to the same pool anew that come later in the chain than one that was found only now, as long
   * as the court has not decided them.
   *
   * @returns how many they are.
   */
  reviseAfter({ block, logIndex, docket }: Submitted): number {
    const revised = this.#database
      .prepare(
        `UPDATE ${JUDGEMENTS}.progress SET state = ${Progress.ASSAYED} WHERE state = ${Progress.DECIDED} AND root IN
         (SELECT root FROM submission WHERE (block, log_index) > (?, ?) AND grades IS NULL AND docket % ${POOLS.length} = ?)`,
      )
      .run(block, logIndex, poolOfDocket(docket));
    return Number(revised.changes);
  }

  /** Decide those submissions anew that repeat files of one that the court rejected. */
  reviseRepeatsOf(root: Hex): void {
    this.#database
      .prepare(
        `UPDATE ${JUDGEMENTS}.progress SET state = ${Progress.ASSAYED} WHERE state = ${Progress.DECIDED} AND root IN
         (SELECT verdict.root FROM ${JUDGEMENTS}.verdict JOIN submission USING (root)
          WHERE repeats = ? AND grades IS NULL)`,
      )
      .run(root);
  }

  /** Drop what only a verdict to come needs: the court's is there, and the index of known files has the prints. */
  forget(root: Hex): void {
    this.#database.prepare(`DELETE FROM ${JUDGEMENTS}.assay WHERE root = ?`).run(root);
    this.#database.prepare(`DELETE FROM ${JUDGEMENTS}.verdict WHERE root = ?`).run(root);
    this.#database.prepare(`DELETE FROM ${JUDGEMENTS}.perplexity WHERE root = ?`).run(root);
  }
}
