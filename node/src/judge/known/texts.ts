import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import { containment, decodeTextPrint, type TextPrint } from "../prints/textPrint.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";

/**
 * A text counts as a copy when this share of its pairs of words stands in an earlier text. Different problems, scenes and
 * descriptions of the tuning part share up to 0.3; a fifth of the words exchanged and all sentences reordered leave 0.4
 * and more.
 */
const SAME_TEXT_SHARE = 0.38;
/** A text several times longer has many pairs of any other text by chance: what it takes grows with each doubling. */
const FREE_TIMES_LONGER = 4;
const MORE_A_DOUBLING = 0.08;
const MOST_SHARE = 0.75;
/** Fewer common pairs are chance. */
const LEAST_COMMON_PAIRS = 6;
/** A text of whose passages this share stands in earlier texts, whichever they are, is stitched together of them. */
const SAME_PASSAGES_SHARE = 0.7;
/** A triple of words that more texts have tells little: the earliest of them are looked at. */
const TEXTS_A_TRIPLE = 20;
/** The texts that share most triples are compared, this many at most. */
const COMPARED_TEXTS = 12;
/** A long text is known by some of its triples: the time to find it must not grow with it for ever. */
const ASKED_TRIPLES = 1_024;

/** The prints and passages of texts, so that texts like a given one are found in a time that hardly grows with their number. */
export class KnownTexts implements PrintIndex {
  readonly #statements;

  constructor(database: Database, schema: string) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${schema}.known_text (
        id INTEGER PRIMARY KEY, print BLOB NOT NULL, passages TEXT NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS ${schema}.known_triple (
        triple INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (triple, text)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS ${schema}.known_passage (
        hash INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (hash, text)
      ) STRICT, WITHOUT ROWID;`);
    const prepare = (sql: string) => database.prepare(sql.replaceAll("$", `${schema}.known_`));
    this.#statements = {
      addText: prepare("INSERT INTO $text VALUES (?, ?, ?)"),
      addTriple: prepare("INSERT OR IGNORE INTO $triple VALUES (?, ?)"),
      addPassage: prepare("INSERT OR IGNORE INTO $passage VALUES (?, ?)"),
      removeText: prepare("DELETE FROM $text WHERE id = ? RETURNING print, passages"),
      removeTriple: prepare("DELETE FROM $triple WHERE triple = ? AND text = ?"),
      removePassage: prepare("DELETE FROM $passage WHERE hash = ? AND text = ?"),
      print: prepare("SELECT print FROM $text WHERE id = ?"),
      withTriple: prepare(`SELECT text FROM $triple WHERE triple = ? LIMIT ${TEXTS_A_TRIPLE}`),
      withPassage: prepare("SELECT text FROM $passage WHERE hash = ? LIMIT 1"),
    };
  }

  add(id: number, { print, passages }: Fingerprint): void {
    const { addText, addTriple, addPassage } = this.#statements;
    addText.run(id, print, JSON.stringify(passages));
    for (const triple of decodeTextPrint(print).triples) addTriple.run(triple, id);
    for (const hash of passages) addPassage.run(hash, id);
  }

  remove(id: number): void {
    const { removeText, removeTriple, removePassage } = this.#statements;
    const row = removeText.get(id);
    if (row === undefined) return;
    for (const triple of decodeTextPrint(row.print as Uint8Array).triples) removeTriple.run(triple, id);
    for (const hash of JSON.parse(String(row.passages)) as number[]) removePassage.run(hash, id);
  }

  find({ print, passages }: Fingerprint): Candidate[] {
    const copies = this.#copies(decodeTextPrint(print));
    return copies.length > 0 ? copies : this.#stitched(passages);
  }

  /** Texts of which this one is a copy, an edited copy or a part. */
  #copies(print: TextPrint): Candidate[] {
    return this.#sharingTriples(print).flatMap((id) => {
      const row = this.#statements.print.get(id);
      if (row === undefined) return [];
      const { share, measuredBy, timesLonger } = containment(print, decodeTextPrint(row.print as Uint8Array));
      const doublings = Math.max(0, Math.log2(timesLonger / FREE_TIMES_LONGER));
      const least = Math.min(MOST_SHARE, SAME_TEXT_SHARE + MORE_A_DOUBLING * doublings);
      if (share < least || share * measuredBy < LEAST_COMMON_PAIRS) return [];
      return [{ id, percent: Math.round(100 * share) }];
    });
  }

  /** The texts that share most triples, the earliest first among equals. */
  #sharingTriples({ triples }: TextPrint): number[] {
    const shared = new Map<number, number>();
    for (const triple of triples.subarray(0, ASKED_TRIPLES)) {
      for (const { text } of this.#statements.withTriple.all(triple)) {
        shared.set(Number(text), (shared.get(Number(text)) ?? 0) + 1);
      }
    }
    return [...shared]
      .sort(([idA, a], [idB, b]) => b - a || idA - idB)
      .slice(0, COMPARED_TEXTS)
      .map(([id]) => id);
  }

  /** The text that has most of the passages, when nearly all passages stand in one earlier text or another. */
  #stitched(passages: readonly number[]): Candidate[] {
    const shared = new Map<number, number>();
    let known = 0;
    for (const hash of passages) {
      const row = this.#statements.withPassage.get(hash);
      if (row === undefined) continue;
      known++;
      shared.set(Number(row.text), (shared.get(Number(row.text)) ?? 0) + 1);
    }
    const share = known / passages.length;
    const [most] = [...shared].sort(([idA, a], [idB, b]) => b - a || idA - idB);
    if (most === undefined || share < SAME_PASSAGES_SHARE) return [];
    return [{ id: most[0], percent: Math.round(100 * share) }];
  }
}
