import { trainingAbi } from "@openledger/sdk/abi/training";
import type { Attestation } from "@openledger/sdk/attestation";
import type { Address, Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";

/** A job as it was posted. */
export interface PostedJob {
  job: number;
  specDigest: Hex;
  baseDigest: Hex;
  parentRelease: number;
  priceWei: bigint;
  deadline: number;
}

/** An attestation as it stands before the court. */
export interface Attested {
  job: number;
  trainer: Address;
  docket: number;
  position: number;
  attestation: Attestation;
}

/** Jobs and attestations, learnt from events and kept on disk. */
export class JobBook {
  readonly #database: Database;
  readonly #chain: Chain;

  constructor(database: Database, chain: Chain) {
    this.#database = database;
    this.#chain = chain;
    database.exec(`
      CREATE TABLE IF NOT EXISTS job (
        job INTEGER PRIMARY KEY, posted TEXT NOT NULL, over INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE TABLE IF NOT EXISTS attestation (
        docket INTEGER NOT NULL, position INTEGER NOT NULL, attested TEXT NOT NULL, PRIMARY KEY (docket, position)
      ) STRICT;`);
  }

  /** Read the events since the last time. */
  async follow(): Promise<void> {
    const common = {
      address: this.#chain.addresses.training,
      abi: trainingAbi,
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
    } as const;
    await this.#chain.scanner.scan({
      ...common,
      cursor: "jobs",
      eventName: "JobPosted",
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR IGNORE INTO job (job, posted) VALUES (?, ?)");
        for (const { args } of logs) add.run(args.job, toJson(args));
      },
    });
    await this.#chain.scanner.scan({
      ...common,
      cursor: "attestations",
      eventName: "Attested",
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR REPLACE INTO attestation VALUES (?, ?, ?)");
        for (const { args } of logs) add.run(args.docket, args.position, toJson(args));
      },
    });
  }

  /** Jobs that are neither accepted nor cancelled, as far as this node has looked. */
  pending(): PostedJob[] {
    return this.#database.prepare("SELECT posted FROM job WHERE over = 0 ORDER BY job").all().map(postedOf);
  }

  find(job: number): PostedJob | undefined {
    const row = this.#database.prepare("SELECT posted FROM job WHERE job = ?").get(job);
    return row === undefined ? undefined : postedOf(row);
  }

  markOver(job: number): void {
    this.#database.prepare("UPDATE job SET over = 1 WHERE job = ?").run(job);
  }

  /** The attestations of a docket, by position. */
  inDocket(docket: number): Attested[] {
    return this.#database
      .prepare("SELECT attested FROM attestation WHERE docket = ? ORDER BY position")
      .all(docket)
      .map(attestedOf);
  }
}

/** Bigints are written as text with an "n" behind, which no other value of these events ends in. */
function toJson(args: unknown): string {
  return JSON.stringify(args, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
}

function fromJson(text: unknown): unknown {
  return JSON.parse(String(text), (_key, value) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  );
}

function postedOf(row: Record<string, unknown>): PostedJob {
  return fromJson(row.posted) as PostedJob;
}

function attestedOf(row: Record<string, unknown>): Attested {
  return fromJson(row.attested) as Attested;
}
