import type { Pool } from "@openledger/sdk/pools";
import type { Address, Hex } from "viem";
import type { Database } from "../../app/database.ts";

/** An upload that was begun: what it is of, and what became of it once its last byte was there. */
export interface BegunUpload {
  id: string;
  contributor: Address;
  ip: string;
  datanet: number;
  pool: Pool;
  /** The number of the Datanet's terms when it was begun. */
  terms: number;
  name: string;
  sizeBytes: number;
  /** What the contributor says the bytes hash to; checked once all are there. */
  declaredSha256: Hex | undefined;
  createdAt: Date;
  /** Set once the file is staged. */
  sha256: Hex | undefined;
}

/** How many uploads wait for bytes. */
export interface UnfinishedCounts {
  bySender: number;
  byIp: number;
}

/** Uploads by the tus protocol, on disk, so that they can go on after a restart. */
export class BegunUploads {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS begun_upload (
        id TEXT PRIMARY KEY, contributor TEXT NOT NULL, ip TEXT NOT NULL, datanet INTEGER NOT NULL, pool INTEGER NOT NULL, terms INTEGER NOT NULL, name TEXT NOT NULL,
        size_bytes INTEGER NOT NULL, declared TEXT, created_at INTEGER NOT NULL, sha256 TEXT) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS unfinished_upload ON begun_upload (ip, contributor) WHERE sha256 IS NULL;
      CREATE INDEX IF NOT EXISTS begun_upload_by_age ON begun_upload (created_at);
    `);
    this.#statements = prepare(database);
  }

  add(upload: Omit<BegunUpload, "sha256">): void {
    const { id, contributor, ip, datanet, pool, terms, name, sizeBytes, declaredSha256, createdAt } = upload;
    this.#statements.add.run(
      id,
      contributor,
      ip,
      datanet,
      pool,
      terms,
      name,
      sizeBytes,
      declaredSha256 ?? null,
      createdAt.getTime(),
    );
  }

  find(id: string): BegunUpload | undefined {
    const row = this.#statements.find.get(id);
    if (row === undefined) return undefined;
    return {
      id,
      contributor: String(row.contributor) as Address,
      ip: String(row.ip),
      datanet: Number(row.datanet),
      pool: Number(row.pool) as Pool,
      terms: Number(row.terms),
      name: String(row.name),
      sizeBytes: Number(row.size_bytes),
      declaredSha256: row.declared === null ? undefined : (String(row.declared) as Hex),
      createdAt: new Date(Number(row.created_at)),
      sha256: row.sha256 === null ? undefined : (String(row.sha256) as Hex),
    };
  }

  markStaged(id: string, sha256: Hex): void {
    this.#statements.markStaged.run(sha256, id);
  }

  remove(id: string): void {
    this.#statements.remove.run(id);
  }

  unfinished(contributor: Address, ip: string): UnfinishedCounts {
    const row = this.#statements.count.get(contributor, ip);
    return { bySender: Number(row?.by_sender ?? 0), byIp: Number(row?.by_ip ?? 0) };
  }

  /** Those that were begun before a moment. */
  begunBefore(moment: Date): string[] {
    return this.#statements.old.all(moment.getTime()).map((row) => String(row.id));
  }
}

function prepare(database: Database) {
  return {
    add: database.prepare(
      `INSERT INTO begun_upload (id, contributor, ip, datanet, pool, terms, name, size_bytes, declared, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    find: database.prepare("SELECT * FROM begun_upload WHERE id = ?"),
    markStaged: database.prepare("UPDATE begun_upload SET sha256 = ? WHERE id = ?"),
    remove: database.prepare("DELETE FROM begun_upload WHERE id = ?"),
    count: database.prepare(
      `SELECT count(*) FILTER (WHERE contributor = ?) AS by_sender, count(*) AS by_ip FROM begun_upload
       WHERE ip = ? AND sha256 IS NULL`,
    ),
    old: database.prepare("SELECT id FROM begun_upload WHERE created_at < ?"),
  };
}
