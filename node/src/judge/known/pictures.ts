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
import { PrintTable } from "./printTable.ts";

/** Marks that two pictures must share before they are compared; pictures with few marks need only one. */
const SHARED_MARKS = 2;
const FEW_MARKS = 12;
/** How far the same mark may have moved, in shares of the picture's longer side. */
const FARTHEST = 0.2;
/** Pictures that are compared at most, those that share most marks first: a bound on the time for one file. */
const MOST_COMPARED = 64;
/** Places are kept in steps of this share of the picture's longer side. */
const PLACES = 255;

/**
 * The marks and small copies of pictures. A mark is kept under the signs of its 27 lowest frequencies, so that a picture
 * finds those that share marks with it by looking up its own marks: a few hundred look-ups however many are known.
 */
export class KnownPictures implements PrintIndex {
  readonly #table: PrintTable;

  constructor(database: Database, schema: string) {
    this.#table = new PrintTable(database, {
      schema,
      prints: "known_picture",
      keys: "known_mark",
      columns: ["key", "x", "y"],
      keysOf: (print) =>
        decodePicturePrint(print).marks.map(({ key, x, y }) => [
          key,
          Math.round(x * PLACES),
          Math.round(y * PLACES),
        ]),
    });
  }

  add(id: number, { print }: Fingerprint): void {
    this.#table.add(id, print);
  }

  remove(id: number): void {
    this.#table.remove(id);
  }

  find({ print }: Fingerprint): Candidate[] {
    const picture = decodePicturePrint(print);
    const best = new Map<number, number>();
    for (const view of [picture, mirrored(picture)]) {
      const least = view.marks.length < FEW_MARKS ? 1 : SHARED_MARKS;
      const candidates = [...this.#pairs(view)].filter(([, pairs]) => pairs.length >= least);
      candidates.sort(([a, pairs], [b, others]) => others.length - pairs.length || a - b);
      for (const [id, pairs] of candidates.slice(0, MOST_COMPARED)) {
        const other = decodePicturePrint(this.#table.print(id));
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
        for (const [file, x = 0, y = 0] of this.#table.withKey(key)) {
          const pair = { x: mark.x, y: mark.y, otherX: x / PLACES, otherY: y / PLACES };
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
