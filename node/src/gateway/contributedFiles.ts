import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { gradeAt } from "@openledger/sdk/grades";
import { type Manifest, readManifest } from "@openledger/sdk/manifest";
import type { Logger } from "pino";
import type { Hash, Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import type { PublishedStore } from "../content/publishedStore.ts";
import type { ContentStore } from "../storage/contentStore.ts";

/** Who is told of what the chain tells, each time at least once. */
interface ChainListener {
  onSubmitted: (root: Hex, place: { docket: number; position: number; transaction: Hash }) => Promise<void>;
  onFinalized: (root: Hex) => void;
}

/**
 * Which files were contributed to which Datanet, to find exact duplicates: from the chain's events and the manifests
 * that this gateway holds. A file that was rejected may be brought again.
 */
export class ContributedFiles {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #store: ContentStore;
  readonly #published: PublishedStore;
  readonly #log: Logger;

  constructor(database: Database, chain: Chain, store: ContentStore, published: PublishedStore, log: Logger) {
    this.#database = database;
    this.#chain = chain;
    this.#store = store;
    this.#published = published;
    this.#log = log;
    database.exec(`
      CREATE TABLE IF NOT EXISTS contributed (
        root TEXT NOT NULL, item INTEGER NOT NULL, datanet INTEGER NOT NULL, sha256 TEXT NOT NULL, grade INTEGER,
        PRIMARY KEY (root, item));
      CREATE INDEX IF NOT EXISTS contributed_file ON contributed (datanet, sha256);
      CREATE TABLE IF NOT EXISTS finalized_grades (root TEXT PRIMARY KEY, grades TEXT NOT NULL);
    `);
  }

  /** Adds a submission's files. The gateway calls it as soon as it takes a submission, before it is mined. */
  add(root: Hex, manifest: Manifest): void {
    inTransaction(this.#database, () => {
      const statement = this.#database.prepare(
        "INSERT OR IGNORE INTO contributed (root, item, datanet, sha256) VALUES (?, ?, ?, ?)",
      );
      for (const [index, file] of manifest.files.entries())
        statement.run(root, index, manifest.datanet, file.sha256);
      this.#applyGrades(root);
    });
  }

  /** Takes a submission's files back, when it never got onto the chain. */
  remove(root: Hex): void {
    this.#database.prepare("DELETE FROM contributed WHERE root = ?").run(root);
  }

  /** The earliest submission that brought the same file to the Datanet, is not rejected, and is not `root` itself. */
  duplicateOf(datanet: number, sha256: Hex, root?: Hex): Hex | undefined {
    const row = this.#database
      .prepare(
        "SELECT root FROM contributed WHERE datanet = ? AND sha256 = ? AND grade IS NOT 0 AND root <> ? ORDER BY rowid LIMIT 1",
      )
      .get(datanet, sha256, root ?? "");
    return row === undefined ? undefined : (String(row.root) as Hex);
  }

  /** The grades that a finalized submission was credited with; undefined before. */
  gradesOf(root: Hex): bigint | undefined {
    const row = this.#database.prepare("SELECT grades FROM finalized_grades WHERE root = ?").get(root);
    return row === undefined ? undefined : BigInt(String(row.grades));
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
      cursor: "contributed-submitted",
      eventName: "Submitted",
      handle: async (logs) => {
        for (const { args, transactionHash } of logs) {
          const { root, docket, position, manifestDigest } = args;
          await onSubmitted(root, { docket, position, transaction: transactionHash });
          await this.#addFromChain(root, manifestDigest);
        }
      },
    });
    await scanner.scan({
      ...where,
      cursor: "contributed-finalized",
      eventName: "Finalized",
      handle: (logs) => {
        for (const { args } of logs) {
          this.#database
            .prepare("INSERT OR REPLACE INTO finalized_grades VALUES (?, ?)")
            .run(args.root, String(args.grades));
          this.#applyGrades(args.root);
          onFinalized(args.root);
        }
      },
    });
  }

  async #addFromChain(root: Hex, manifestDigest: Hex): Promise<void> {
    if (this.#database.prepare("SELECT 1 FROM contributed WHERE root = ? LIMIT 1").get(root) !== undefined)
      return;
    const cid = cidOfDigest(manifestDigest);
    if (this.#published.find(cid) === undefined) {
      this.#log.debug({ root, cid }, "manifest is not held here");
      return;
    }
    this.add(root, readManifest(await this.#store.getBlock(cid), manifestDigest));
  }

  #applyGrades(root: Hex): void {
    const grades = this.gradesOf(root);
    if (grades === undefined) return;
    const items = this.#database.prepare("SELECT item FROM contributed WHERE root = ?").all(root);
    const statement = this.#database.prepare("UPDATE contributed SET grade = ? WHERE root = ? AND item = ?");
    for (const { item } of items) statement.run(gradeAt(grades, Number(item)), root, Number(item));
  }
}
