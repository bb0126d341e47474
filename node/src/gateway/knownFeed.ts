import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "@openledger/sdk/manifest";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import { compareWithKnown } from "../judge/judge.ts";
import type { KnownFiles } from "../judge/known.ts";
import type { MinedSubmission } from "./contributedFiles.ts";
import type { GatewayParts } from "./parts.ts";
import type { AssayQuestion } from "./stagedAssays.ts";

/** The schema of the index of published files, which can be built again. */
export const KNOWN = "known";

/**
 * Attach a database of its own for the index of published files. It does not wait for the disk: what a power cut takes is
 * found again from chain and content.
 */
export function attachKnown(database: Database, path: string): void {
  database.prepare(`ATTACH DATABASE ? AS ${KNOWN}`).run(path);
  database.exec(`
    PRAGMA ${KNOWN}.journal_mode = WAL; PRAGMA ${KNOWN}.synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS ${KNOWN}.indexed_submission (root TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`);
}

/** Enough to catch up quickly, and few enough that other work gets its turn. */
const SUBMISSIONS_A_ROUND = 50;

/**
 * Puts what this gateway published into the index by which copies are found, in the order of the chain, as validators
 * do: so that a dry run foresees what they will find.
 */
export class KnownFeed {
  readonly #parts: Pick<GatewayParts, "contributed" | "store" | "assays" | "licences" | "log">;
  readonly #known: KnownFiles;
  readonly #folder: string;
  readonly #statements: ReturnType<typeof prepare>;

  /** @param folder For files that have to be examined again, which are removed at once. */
  constructor(
    database: Database,
    parts: Pick<GatewayParts, "contributed" | "store" | "assays" | "licences" | "log">,
    known: KnownFiles,
    folder: string,
  ) {
    this.#parts = parts;
    this.#known = known;
    this.#folder = folder;
    this.#statements = prepare(database);
  }

  /** Note the final grades of a submission: what was rejected stands in nobody's way. */
  setGrades(root: Hex, grades: bigint): void {
    this.#known.setGrades(root, grades);
  }

  /** Add what was published since the last time. */
  async round(): Promise<void> {
    const { contributed, log } = this.#parts;
    for (const row of this.#statements.waiting.all(SUBMISSIONS_A_ROUND)) {
      const root = String(row.root) as Hex;
      const mined = contributed.minedOf(root);
      if (mined === undefined) continue;
      await this.#add(mined, String(row.cid));
      const grades = contributed.gradesOf(root);
      if (grades !== undefined) this.#known.setGrades(root, grades);
      this.#statements.done.run(root);
      log.debug({ root }, "published files indexed");
    }
  }

  async #add(mined: MinedSubmission, cid: string): Promise<void> {
    const { store, licences } = this.#parts;
    const { root, datanet, pool, block, logIndex, manifestDigest } = mined;
    const { files, terms } = readManifest(await store.getBlock(cid), manifestDigest);
    const agreed = await licences.termsOf(datanet, terms);
    const wanted = agreed === undefined ? {} : { guidelines: agreed.guidelines };
    for (const [index, { name, sha256, cid: fileCid }] of files.entries()) {
      const question = { name, sha256, pool, ...wanted };
      const { opinion, fingerprint } = await this.#assay(`${root}-${index}`, question, fileCid);
      const file = { datanet, pool, root, index, block, logIndex, sha256, name };
      compareWithKnown(file, { opinion, fingerprint }, this.#known);
    }
  }

  /** Usually known from its upload; else the published bytes are examined once more. */
  async #assay(mark: string, file: Omit<AssayQuestion, "path">, cid: string) {
    const { assays, store } = this.#parts;
    const known = assays.known(file);
    if (known !== undefined) return known;
    const path = join(this.#folder, mark);
    await mkdir(this.#folder, { recursive: true });
    try {
      await writeFile(path, store.get(cid));
      return await assays.ofPublic({ ...file, path });
    } finally {
      await rm(path, { force: true });
    }
  }
}

function prepare(database: Database) {
  return {
    waiting: database.prepare(
      `SELECT root, cid FROM mined_submission JOIN published USING (cid)
       WHERE root NOT IN (SELECT root FROM ${KNOWN}.indexed_submission) ORDER BY block, log_index LIMIT ?`,
    ),
    done: database.prepare(`INSERT OR IGNORE INTO ${KNOWN}.indexed_submission VALUES (?)`),
  };
}
