/**
 * A process of its own that judges files against those before them, in the order of the chain, so that tests can kill it:
 * started again it goes on at the last tenth file, as a daemon does at its last block. Prints the place of each file.
 */
import { readFileSync } from "node:fs";
import { inTransaction, openDatabase } from "../app/database.ts";
import { compareWithKnown } from "../judge/judge.ts";
import { KnownFiles } from "../judge/known.ts";
import type { ChainedFile } from "./chainedFiles.ts";

const STEP = 10;
const [databasePath = "", filesPath = ""] = process.argv.slice(2);
const files = JSON.parse(readFileSync(filesPath, "utf8")) as ChainedFile[];
const database = openDatabase(databasePath);
const known = new KnownFiles(database);
database.exec(`
  CREATE TABLE IF NOT EXISTS verdict (place INTEGER PRIMARY KEY, opinion TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS cursor (only INTEGER PRIMARY KEY CHECK (only = 1), place INTEGER NOT NULL) STRICT;`);
const from = Number(database.prepare("SELECT place FROM cursor").get()?.place ?? 0);
for (const [place, { file, print, passages, finalized }] of files.entries()) {
  if (place < from) continue;
  if (finalized !== undefined) known.setGrades(finalized.root, BigInt(finalized.grade));
  const fingerprint = { print: Buffer.from(print, "base64"), passages };
  const judged = compareWithKnown(
    file,
    { opinion: { grade: 2, why: "Good by itself." }, fingerprint },
    known,
  );
  inTransaction(database, () => {
    database.prepare("INSERT OR REPLACE INTO verdict VALUES (?, ?)").run(place, JSON.stringify(judged));
    if (place % STEP === 0) database.prepare("INSERT OR REPLACE INTO cursor VALUES (1, ?)").run(place);
  });
  process.stdout.write(`${place}\n`);
}
database.close();
