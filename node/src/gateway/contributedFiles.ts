import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { poolOfDocket } from "@openledger/sdk/docketId";
import { formatOfMediaType } from "@openledger/sdk/formats";
import { gradeAt } from "@openledger/sdk/grades";
import { type Manifest, readManifest } from "@openledger/sdk/manifest";
import { TEXT } from "@openledger/sdk/pools";
import type { Logger } from "pino";
import type { Address, Hash, Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import type { PublishedStore } from "../content/publishedStore.ts";
import type { ContentStore } from "../storage/contentStore.ts";

/** Who is told of what the chain tells, each time at least once. */
interface ChainListener {
  onSubmitted: (root: Hex, place: { docket: number; position: number; transaction: Hash }) => Promise<void>;
  onFinalized: (root: Hex, grades: bigint) => Promise<void>;
}

/** A file of a submission. */
export interface ContributedFile {
  root: Hex;
  index: number;
  datanet: number;
  name: string;
}

/** A submission as the chain tells of it. */
export interface MinedSubmission {
  root: Hex;
  datanet: number;
  pool: number;
  manifestDigest: Hex;
  block: number;
  logIndex: number;
}

/**
 * Which files were contributed to which Datanet, to find exact duplicates: from the chain's events and the manifests
 * that this gateway holds. A file that was rejected may be brought again. What is not mined yet counts for its own
 * contributor only: nobody else learns of it.
 */
export class ContributedFiles {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #store: ContentStore;
  readonly #published: PublishedStore;
  readonly #log: Logger;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database, chain: Chain, store: ContentStore, published: PublishedStore, log: Logger) {
    this.#database = database;
    this.#chain = chain;
    this.#store = store;
    this.#published = published;
    this.#log = log;
    database.exec(`
      CREATE TABLE IF NOT EXISTS contributed_file (
        root TEXT NOT NULL, item INTEGER NOT NULL, pool INTEGER NOT NULL, datanet INTEGER NOT NULL, sha256 TEXT NOT NULL,
        name TEXT NOT NULL, contributor TEXT NOT NULL, grade INTEGER, PRIMARY KEY (root, item)) STRICT;
      CREATE INDEX IF NOT EXISTS contributed_file_by_digest ON contributed_file (sha256, pool);
      CREATE TABLE IF NOT EXISTS mined_submission (
        root TEXT PRIMARY KEY, datanet INTEGER NOT NULL, pool INTEGER NOT NULL, manifest_digest TEXT NOT NULL,
        cid TEXT NOT NULL, block INTEGER NOT NULL, log_index INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS finalized_grades (root TEXT PRIMARY KEY, grades TEXT NOT NULL);
    `);
    this.#statements = prepare(database);
  }

  /** Adds a submission's files. The gateway calls it as soon as it takes a submission, before it is mined. */
  add(root: Hex, manifest: Manifest): void {
    const { datanet, contributor, files } = manifest;
    inTransaction(this.#database, () => {
      for (const [index, { sha256, name, mediaType }] of files.entries()) {
        // A Datanet takes the formats of its pool alone.
        const pool = formatOfMediaType(mediaType)?.pool ?? TEXT;
        this.#statements.add.run(root, index, pool, datanet, sha256, name, contributor.toLowerCase());
      }
      this.#applyGrades(root);
    });
  }

  /** Takes a submission's files back, when it never got onto the chain. */
  remove(root: Hex): void {
    this.#statements.remove.run(root);
  }

  /**
   * The earliest submission to any Datanet of the pool that brought the same file and is not rejected.
   *
   * @param asker Whose submissions count before they are mined.
   * @param except A submission that is not looked at.
   */
  duplicateOf(pool: number, sha256: Hex, asker: Address, except?: Hex): ContributedFile | undefined {
    const row = this.#statements.duplicate.get(pool, sha256, except ?? "", asker.toLowerCase());
    if (row === undefined) return undefined;
    return {
      root: String(row.root) as Hex,
      index: Number(row.item),
      datanet: Number(row.datanet),
      name: String(row.name),
    };
  }

  /** The grades that a finalized submission was credited with; undefined before. */
  gradesOf(root: Hex): bigint | undefined {
    const row = this.#statements.grades.get(root);
    return row === undefined ? undefined : BigInt(String(row.grades));
  }

  /** What the chain tells of a submission; undefined before it is mined. */
  minedOf(root: Hex): MinedSubmission | undefined {
    const row = this.#statements.mined.get(root);
    if (row === undefined) return undefined;
    return {
      root,
      datanet: Number(row.datanet),
      pool: Number(row.pool),
      manifestDigest: String(row.manifest_digest) as Hex,
      block: Number(row.block),
      logIndex: Number(row.log_index),
    };
  }

  /** Follows the chain: submissions of every gateway, and grades once they are in effect. Call it in a poll. */
  async follow({ onSubmitted, onFinalized }: ChainListener): Promise<void> {
    const { scanner, addresses } = this.#chain;
    const where = {
      address: addresses.datanets,
      abi: datanetsAbi,
      fromBlock: BigInt(addresses.deploymentBlock),
    } as const;
    await scanner.scan({
      ...where,
      cursor: "contributed-files-submitted",
      eventName: "Submitted",
      handle: async (logs) => {
        for (const { args, blockNumber, logIndex, transactionHash } of logs) {
          const { root, datanet, docket, position, manifestDigest } = args;
          const pool = poolOfDocket(Number(docket));
          const cid = cidOfDigest(manifestDigest);
          this.#statements.addMined.run(
            root,
            datanet,
            pool,
            manifestDigest,
            cid,
            Number(blockNumber),
            logIndex,
          );
          await onSubmitted(root, { docket, position, transaction: transactionHash });
          await this.#addFromChain(root, cid, manifestDigest);
        }
      },
    });
    await scanner.scan({
      ...where,
      cursor: "contributed-files-finalized",
      eventName: "Finalized",
      handle: async (logs) => {
        for (const { args } of logs) {
          this.#statements.addGrades.run(args.root, String(args.grades));
          this.#applyGrades(args.root);
          await onFinalized(args.root, args.grades);
        }
      },
    });
  }

  async #addFromChain(root: Hex, cid: string, manifestDigest: Hex): Promise<void> {
    if (this.#statements.known.get(root) !== undefined) return;
    if (this.#published.find(cid) === undefined) {
      this.#log.debug({ root, cid }, "manifest is not held here");
      return;
    }
    this.add(root, readManifest(await this.#store.getBlock(cid), manifestDigest));
  }

  #applyGrades(root: Hex): void {
    const grades = this.gradesOf(root);
    if (grades === undefined) return;
    for (const { item } of this.#statements.items.all(root)) {
      this.#statements.setGrade.run(gradeAt(grades, Number(item)), root, Number(item));
    }
  }
}

function prepare(database: Database) {
  return {
    add: database.prepare(
      `INSERT OR IGNORE INTO contributed_file (root, item, pool, datanet, sha256, name, contributor)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    remove: database.prepare("DELETE FROM contributed_file WHERE root = ?"),
    duplicate: database.prepare(
      `SELECT root, item, datanet, name FROM contributed_file
       WHERE pool = ? AND sha256 = ? AND grade IS NOT 0 AND root <> ?
       AND (contributor = ? OR root IN (SELECT root FROM mined_submission)) ORDER BY rowid LIMIT 1`,
    ),
    grades: database.prepare("SELECT grades FROM finalized_grades WHERE root = ?"),
    addGrades: database.prepare("INSERT OR REPLACE INTO finalized_grades VALUES (?, ?)"),
    mined: database.prepare("SELECT * FROM mined_submission WHERE root = ?"),
    addMined: database.prepare("INSERT OR IGNORE INTO mined_submission VALUES (?, ?, ?, ?, ?, ?, ?)"),
    known: database.prepare("SELECT 1 FROM contributed_file WHERE root = ? LIMIT 1"),
    items: database.prepare("SELECT item FROM contributed_file WHERE root = ?"),
    setGrade: database.prepare("UPDATE contributed_file SET grade = ? WHERE root = ? AND item = ?"),
  };
}
