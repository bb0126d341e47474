import type { Database } from "../app/database.ts";

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
