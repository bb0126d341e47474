import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { poolOfDocket } from "@openledger/sdk/docketId";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import type { Opinion } from "../judge/opinion.ts";
import { JUDGEMENTS } from "./judgements.ts";

/** A submission as its event tells it. */
export interface Submitted {
  root: Hex;
  datanet: number;
  contributor: Hex;
  docket: number;
  position: number;
  files: number;
  sizeBytes: number;
  /** The number of the Datanet's terms that were signed. */
  terms: number;
  manifestDigest: Hex;
  block: number;
  logIndex: number;
}

/** The submissions to the own pools and the opinions of their files, on disk. */
export class SubmissionBook {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #pools: readonly number[];

  constructor(database: Database, chain: Chain, pools: readonly number[]) {
    this.#database = database;
    this.#chain = chain;
    this.#pools = pools;
    database.exec(`
      CREATE TABLE IF NOT EXISTS submission (
        root TEXT PRIMARY KEY, datanet INTEGER NOT NULL, contributor TEXT NOT NULL, docket INTEGER NOT NULL,
        position INTEGER NOT NULL, files INTEGER NOT NULL, size_bytes INTEGER NOT NULL, terms INTEGER NOT NULL,
        manifest_digest TEXT NOT NULL,
        block INTEGER NOT NULL, log_index INTEGER NOT NULL, judged INTEGER NOT NULL DEFAULT 0,
        grades TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS submission_by_docket ON submission (docket);
      CREATE TABLE IF NOT EXISTS ${JUDGEMENTS}.opinion (
        root TEXT NOT NULL, item INTEGER NOT NULL, name TEXT NOT NULL, grade INTEGER NOT NULL, reason TEXT,
        why TEXT NOT NULL, PRIMARY KEY (root, item)
      ) STRICT;`);
  }

  /** Read the events since the last time. @param finalized Told of the grades of every finalized submission. */
  async follow(finalized: (root: Hex, grades: bigint) => void): Promise<void> {
    const common = {
      address: this.#chain.addresses.datanets,
      abi: datanetsAbi,
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
    } as const;
    await this.#chain.scanner.scan({
      ...common,
      cursor: "submissions",
      eventName: "Submitted",
      handle: (logs) => {
        const add = this.#database.prepare(`INSERT OR IGNORE INTO submission
          (root, datanet, contributor, docket, position, files, size_bytes, terms, manifest_digest, block, log_index)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
        for (const { args, blockNumber, logIndex } of logs) {
          if (!this.#pools.includes(poolOfDocket(Number(args.docket)))) continue;
          const { root, datanet, contributor, docket, position, files, sizeBytes, terms } = args;
          add.run(
            root,
            datanet,
            contributor,
            docket,
            position,
            files,
            sizeBytes,
            terms,
            args.manifestDigest,
            Number(blockNumber),
            logIndex,
          );
        }
      },
    });
    await this.#chain.scanner.scan({
      ...common,
      cursor: "finalized",
      eventName: "Finalized",
      handle: (logs) => {
        const mark = this.#database.prepare("UPDATE submission SET grades = ? WHERE root = ?");
        for (const { args } of logs) {
          if (mark.run(String(args.grades), args.root).changes > 0) finalized(args.root, args.grades);
        }
      },
    });
  }

  /** The submissions that have no opinion yet, in the order of the chain. */
  unjudged(): Submitted[] {
    return this.#database
      .prepare("SELECT * FROM submission WHERE judged = 0 ORDER BY block, log_index")
      .all()
      .map(submittedOf);
  }

  /** The submissions of a docket, by position. */
  inDocket(docket: number): Submitted[] {
    return this.#database
      .prepare("SELECT * FROM submission WHERE docket = ? ORDER BY position")
      .all(docket)
      .map(submittedOf);
  }

  /** Submissions of a docket that nobody finalized, as far as events tell. */
  unfinalized(docket: number): Hex[] {
    return this.#database
      .prepare("SELECT root FROM submission WHERE docket = ? AND grades IS NULL ORDER BY position")
      .all(docket)
      .map((row) => String(row.root) as Hex);
  }

  saveOpinion(root: Hex, index: number, name: string, opinion: Opinion): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO opinion VALUES (?, ?, ?, ?, ?, ?)")
      .run(root, index, name, opinion.grade, opinion.reason ?? null, opinion.why);
  }

  opinionOf(root: Hex, index: number): (Opinion & { name: string }) | undefined {
    const row = this.#database.prepare("SELECT * FROM opinion WHERE root = ? AND item = ?").get(root, index);
    if (row === undefined) return undefined;
    const opinion = { grade: Number(row.grade), why: String(row.why), name: String(row.name) };
    return (row.reason === null ? opinion : { ...opinion, reason: String(row.reason) }) as Opinion & {
      name: string;
    };
  }

  /** The final grades of a submission, once it was finalized. */
  gradesOf(root: Hex): bigint | undefined {
    const row = this.#database.prepare("SELECT grades FROM submission WHERE root = ?").get(root);
    return typeof row?.grades === "string" ? BigInt(row.grades) : undefined;
  }

  /** Judge a submission again whose opinions were lost. */
  reopen(root: Hex): void {
    this.#database.prepare("UPDATE submission SET judged = 0 WHERE root = ? AND judged = 1").run(root);
  }

  markJudged(root: Hex): void {
    this.#database.prepare("UPDATE submission SET judged = 1 WHERE root = ?").run(root);
  }
}

function submittedOf(row: Record<string, unknown>): Submitted {
  return {
    root: String(row.root) as Hex,
    datanet: Number(row.datanet),
    contributor: String(row.contributor) as Hex,
    docket: Number(row.docket),
    position: Number(row.position),
    files: Number(row.files),
    sizeBytes: Number(row.size_bytes),
    terms: Number(row.terms),
    manifestDigest: String(row.manifest_digest) as Hex,
    block: Number(row.block),
    logIndex: Number(row.log_index),
  };
}
