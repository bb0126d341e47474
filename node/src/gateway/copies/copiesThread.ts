/**
 * The thread that holds the index of published files. Comparing pictures and recordings takes tens of milliseconds, in
 * which the gateway would answer nobody. Piscina calls the exported functions, one after the other.
 */
import { DatabaseSync } from "node:sqlite";
import { workerData } from "piscina";
import type { Hex } from "viem";
import { type Database, openFastDatabase } from "../../app/database.ts";
import type { Assay } from "../../judge/assay.ts";
import { compareWithKnown } from "../../judge/judge.ts";
import { type KnownFile, KnownFiles } from "../../judge/known.ts";
import { findRepeated, type Repeated, type RepeatQuestion } from "./foresight.ts";

/** Where the thread finds what it works on. */
export interface CopiesPlaces {
  /** The index, which can be built again. It does not wait for the disk: what a power cut takes is found once more. */
  index: string;
  /** The gateway's own database, which is only read. */
  gateway: string;
}

/** A published submission that is not in the index. */
export interface WaitingSubmission {
  root: Hex;
  cid: string;
}

/** A published submission's files, as they were found to be. */
export interface IndexedSubmission {
  root: Hex;
  files: (KnownFile & Pick<Assay, "opinion" | "fingerprint">)[];
  /** Absent while they are not final. */
  grades?: bigint;
}

/** Less than validators keep: a gateway has others to serve, and the system keeps what is often read in any case. */
const CACHE_KIB = 8_192;

const places = workerData as CopiesPlaces;
const database = openFastDatabase(places.index);
database.exec("CREATE TABLE IF NOT EXISTS indexed_submission (root TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
const known = new KnownFiles(database, "main", CACHE_KIB);
const done = database.prepare("INSERT OR IGNORE INTO indexed_submission VALUES (?)");
let reader: Database | undefined;

/** The first submissions in the order of the chain that this gateway published and the index lacks. */
export function waiting(most: number): WaitingSubmission[] {
  // Opened when the gateway has made its tables. A connection that writes would lock both databases together.
  if (reader === undefined) {
    reader = new DatabaseSync(places.gateway, { readOnly: true });
    reader.exec("PRAGMA busy_timeout = 5000");
    reader.prepare("ATTACH DATABASE ? AS known").run(places.index);
  }
  const rows = reader
    .prepare(
      `SELECT root, cid FROM mined_submission JOIN published USING (cid)
       WHERE root NOT IN (SELECT root FROM known.indexed_submission) ORDER BY block, log_index LIMIT ?`,
    )
    .all(most);
  return rows.map(({ root, cid }) => ({ root: String(root) as Hex, cid: String(cid) }));
}

/** Adds a submission's files, each as validators would: what is bad or repeats an earlier one is left out. */
export function index({ root, files, grades }: IndexedSubmission): void {
  for (const { opinion, fingerprint, ...file } of files)
    compareWithKnown(file, { opinion, fingerprint }, known);
  if (grades !== undefined) known.setGrades(root, grades);
  done.run(root);
}

/** Notes the final grades of a submission: what was rejected stands in nobody's way. */
export function setGrades({ root, grades }: Required<Pick<IndexedSubmission, "root" | "grades">>): void {
  known.setGrades(root, grades);
}

/** What files of a list repeat. */
export function repeated({ target, files }: RepeatQuestion): (Repeated | undefined)[] {
  return findRepeated(known, target, files);
}
