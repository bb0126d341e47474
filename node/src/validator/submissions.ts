import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { poolOfDocket } from "@openledger/sdk/docketId";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";

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
  /** The final grades, once it was finalized. */
  grades: bigint | undefined;
}

/** The submissions to the own pools, learnt from events and kept on disk. */
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
        block INTEGER NOT NULL, log_index INTEGER NOT NULL, grades TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS submission_by_docket ON submission (docket);
      CREATE INDEX IF NOT EXISTS submission_by_place ON submission (block, log_index);`);
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

  /** One submission. */
  find(root: Hex): Submitted | undefined {
    const row = this.#database.prepare("SELECT * FROM submission WHERE root = ?").get(root);
    return row === undefined ? undefined : submittedOf(row);
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
}

/** A submission from its row. */
export function submittedOf(row: Record<string, unknown>): Submitted {
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
    grades: typeof row.grades === "string" ? BigInt(row.grades) : undefined,
  };
}
