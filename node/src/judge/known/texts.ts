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
      // Lists are given as JSON: one statement costs a fraction of one for each number.
      addTriples: prepare("INSERT OR IGNORE INTO $triple SELECT value, ? FROM json_each(?)"),
      addPassages: prepare("INSERT OR IGNORE INTO $passage SELECT value, ? FROM json_each(?)"),
      removeText: prepare("DELETE FROM $text WHERE id = ? RETURNING print, passages"),
      removeTriples: prepare(
        "DELETE FROM $triple WHERE text = ? AND triple IN (SELECT value FROM json_each(?))",
      ),
      removePassages: prepare(
        "DELETE FROM $passage WHERE text = ? AND hash IN (SELECT value FROM json_each(?))",
      ),
      print: prepare("SELECT print FROM $text WHERE id = ?"),
      sharingTriples: prepare(`
        WITH asked AS MATERIALIZED (
          SELECT value AS triple, (
            SELECT text FROM $triple AS known WHERE known.triple = value ORDER BY text LIMIT 1 OFFSET ${TEXTS_A_TRIPLE - 1}
          ) AS last FROM json_each(?)
        )
        SELECT text FROM asked CROSS JOIN $triple AS known
          ON known.triple = asked.triple AND text <= ifnull(last, ${Number.MAX_SAFE_INTEGER})
        GROUP BY text ORDER BY count(*) DESC, text LIMIT ${COMPARED_TEXTS}`),
      firstWithPassages: prepare(
        "SELECT (SELECT text FROM $passage WHERE hash = value ORDER BY text LIMIT 1) AS text FROM json_each(?)",
      ),
    };
  }

  add(id: number, { print, passages }: Fingerprint): void {
    const { addText, addTriples, addPassages } = this.#statements;
    const hashes = JSON.stringify(passages);
    addText.run(id, print, hashes);
    addTriples.run(id, triplesOf(print));
    addPassages.run(id, hashes);
  }

  remove(id: number): void {
    const { removeText, removeTriples, removePassages } = this.#statements;
    const row = removeText.get(id);
    if (row === undefined) return;
    removeTriples.run(id, triplesOf(row.print as Uint8Array));
    removePassages.run(id, String(row.passages));
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
    const asked = `[${triples.subarray(0, ASKED_TRIPLES).join()}]`;
    return this.#statements.sharingTriples.all(asked).map(({ text }) => Number(text));
  }

  /** The text that has most of the passages, when nearly all passages stand in one earlier text or another. */
  #stitched(passages: readonly number[]): Candidate[] {
    const shared = new Map<number, number>();
    let known = 0;
    for (const { text } of this.#statements.firstWithPassages.all(JSON.stringify(passages))) {
      if (text === null) continue;
      known++;
      shared.set(Number(text), (shared.get(Number(text)) ?? 0) + 1);
    }
    const share = known / passages.length;
    const [most] = [...shared].sort(([idA, a], [idB, b]) => b - a || idA - idB);
    if (most === undefined || share < SAME_PASSAGES_SHARE) return [];
    return [{ id: most[0], percent: Math.round(100 * share) }];
  }
}

/** The triples of an encoded print, as JSON. */
function triplesOf(print: Uint8Array): string {
  return `[${decodeTextPrint(print).triples.join()}]`;
}
