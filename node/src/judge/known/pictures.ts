import type { StatementSync } from "node:sqlite";
import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import {
  decodePicturePrint,
  keysNear,
  type MarkPair,
  mirrored,
  type PicturePrint,
  sameness,
} from "../prints/picturePrint.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";

/** Marks that two pictures must share before they are compared; pictures with few marks need only one. */
const SHARED_MARKS = 2;
const FEW_MARKS = 12;
/** How far the same mark may have moved, in shares of the picture's longer side. */
const FARTHEST = 0.2;
/** Pictures that are compared at most, those that share most marks first: a bound on the time for one file. */
const MOST_COMPARED = 64;

/**
 * The marks and small copies of pictures. A mark is kept under the signs of its 27 lowest frequencies, so that a picture
 * finds those that share marks with it by looking up its own marks: a few hundred look-ups however many are known.
 */
export class KnownPictures implements PrintIndex {
  readonly #insertPrint: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #deletePrint: StatementSync;
  readonly #deleteMark: StatementSync;
  readonly #selectPrint: StatementSync;
  readonly #selectMarks: StatementSync;

  constructor(database: Database, schema: string) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${schema}.known_picture (id INTEGER PRIMARY KEY, print BLOB NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS ${schema}.known_mark (
        key INTEGER NOT NULL, file INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL,
        PRIMARY KEY (key, file, x, y)
      ) STRICT, WITHOUT ROWID;`);
    this.#insertPrint = database.prepare(`INSERT INTO ${schema}.known_picture VALUES (?, ?)`);
    this.#insertMark = database.prepare(`INSERT OR IGNORE INTO ${schema}.known_mark VALUES (?, ?, ?, ?)`);
    this.#deletePrint = database.prepare(`DELETE FROM ${schema}.known_picture WHERE id = ? RETURNING print`);
    this.#deleteMark = database.prepare(`DELETE FROM ${schema}.known_mark WHERE key = ? AND file = ?`);
    this.#selectPrint = database.prepare(`SELECT print FROM ${schema}.known_picture WHERE id = ?`);
    this.#selectMarks = database.prepare(`SELECT file, x, y FROM ${schema}.known_mark WHERE key = ?`);
    this.#selectMarks.setReturnArrays(true);
  }

  add(id: number, { print }: Fingerprint): void {
    this.#insertPrint.run(id, print);
    for (const { key, x, y } of decodePicturePrint(print).marks) {
      this.#insertMark.run(key, id, Math.round(x * 255), Math.round(y * 255));
    }
  }

  remove(id: number): void {
    const row = this.#deletePrint.get(id);
    if (row === undefined) return;
    for (const { key } of decodePicturePrint(row.print as Uint8Array).marks) this.#deleteMark.run(key, id);
  }

  find({ print }: Fingerprint): Candidate[] {
    const picture = decodePicturePrint(print);
    const best = new Map<number, number>();
    for (const view of [picture, mirrored(picture)]) {
      const least = view.marks.length < FEW_MARKS ? 1 : SHARED_MARKS;
      const candidates = [...this.#pairs(view)].filter(([, pairs]) => pairs.length >= least);
      candidates.sort(([a, pairs], [b, others]) => others.length - pairs.length || a - b);
      for (const [id, pairs] of candidates.slice(0, MOST_COMPARED)) {
        const other = decodePicturePrint(this.#selectPrint.get(id)?.print as Uint8Array);
        const percent = sameness(view.thumb, other.thumb, pairs);
        if (percent !== undefined && percent > (best.get(id) ?? 0)) best.set(id, percent);
      }
    }
    return [...best].map(([id, percent]) => ({ id, percent }));
  }

  /** By file: the marks that it shares with a picture, each of the picture's marks once. */
  #pairs({ marks }: PicturePrint): Map<number, MarkPair[]> {
    const byFile = new Map<number, MarkPair[]>();
    for (const mark of marks) {
      const seen = new Set<number>();
      for (const key of keysNear(mark)) {
        // With `setReturnArrays`, rows are arrays, which the type declarations do not know.
        for (const [file, x, y] of this.#selectMarks.all(key) as unknown as [number, number, number][]) {
          const pair = { x: mark.x, y: mark.y, otherX: x / 255, otherY: y / 255 };
          if (Math.abs(pair.otherX - pair.x) > FARTHEST || Math.abs(pair.otherY - pair.y) > FARTHEST)
            continue;
          if (seen.has(file)) continue;
          seen.add(file);
          const pairs = byFile.get(file);
          if (pairs === undefined) byFile.set(file, [pair]);
          else pairs.push(pair);
        }
      }
    }
    return byFile;
  }
}
