import { createHash, type Hash, randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Address, Hex } from "viem";
import { type Database, inTransaction } from "../app/database.ts";

/** A file that somebody uploaded and that is not public. */
export interface StagedFile {
  path: string;
  sha256: Hex;
  sizeBytes: number;
}

/** Who sends a file, and from where. Nobody proves an address while uploading, so that limits look at both. */
export interface Sender {
  contributor: Address;
  ip: string;
}

/** Bytes that wait here without having been submitted. */
export interface StagedBytes {
  /** Of the address, sent from this IP. */
  bySender: number;
  /** Of every address, sent from this IP. */
  byIp: number;
  /** On the disk, over all addresses. */
  total: number;
}

/** More bytes came than may come. */
export class TooManyBytesError extends Error {
  override readonly name = "TooManyBytesError";
}

/**
 * A file of at most this size is kept in memory until it is whole, and written at once by this thread: opening, writing,
 * closing and renaming in others costs several times what it takes.
 */
const SMALL_BYTES = 262_144;

/** How often finding a file again notes that it is still wanted. */
const TOUCH_SECONDS = 600;

/** Stands for every IP or every address in the counters. */
const ALL = "";

/** The sums are kept while rows come and go, so that asking for them costs the same however many there are. */
const COUNTERS = `
  CREATE TRIGGER IF NOT EXISTS staged_owner_added AFTER INSERT ON staged_owner BEGIN
    INSERT INTO staged_use VALUES (new.ip, new.owner, new.size_bytes), (new.ip, '${ALL}', new.size_bytes)
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER IF NOT EXISTS staged_owner_dropped AFTER DELETE ON staged_owner BEGIN
    UPDATE staged_use SET bytes = bytes - old.size_bytes WHERE ip = old.ip AND owner IN (old.owner, '${ALL}');
    DELETE FROM staged_use WHERE ip = old.ip AND owner IN (old.owner, '${ALL}') AND bytes <= 0;
  END;
  CREATE TRIGGER IF NOT EXISTS staged_file_added AFTER INSERT ON staged_file BEGIN
    INSERT INTO staged_use VALUES ('${ALL}', '${ALL}', new.size_bytes)
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER IF NOT EXISTS staged_file_dropped AFTER DELETE ON staged_file BEGIN
    UPDATE staged_use SET bytes = bytes - old.size_bytes WHERE ip = '${ALL}' AND owner = '${ALL}';
  END;`;

/**
 * Uploaded files before they are published: private, each kept once under its sha256 however many addresses brought it.
 * An address sees only what it brought itself. A file that is there is complete.
 */
export class Staging {
  readonly #files: string;
  readonly #incoming: string;
  readonly #database: Database;
  readonly #boot = bootId();
  readonly #statements: ReturnType<typeof prepare>;

  /**
   * @param directory Where the files are; whatever was on its way when the process ended is removed.
   * @param database Who brought which file. It may be one that does not wait for the disk.
   */
  constructor(directory: string, database: Database) {
    this.#files = join(directory, "files");
    this.#incoming = join(directory, "incoming");
    rmSync(this.#incoming, { recursive: true, force: true });
    for (const folder of [this.#files, this.#incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS staged_file (
        sha256 TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, boot TEXT NOT NULL, cid TEXT) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS staged_owner (
        owner TEXT NOT NULL, sha256 TEXT NOT NULL, ip TEXT NOT NULL, size_bytes INTEGER NOT NULL, used_at INTEGER NOT NULL,
        PRIMARY KEY (owner, sha256)) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS staged_owner_by_file ON staged_owner (sha256);
      CREATE TABLE IF NOT EXISTS staged_use (
        ip TEXT NOT NULL, owner TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (ip, owner)) STRICT, WITHOUT ROWID;
      ${COUNTERS}
    `);
    this.#statements = prepare(database);
  }

  /**
   * Writes a stream to disk, hashing it on the way, and stops as soon as it is too long.
   *
   * @throws TooManyBytesError when more than `maximumBytes` came; nothing is kept then.
   */
  async receive(
    sender: Sender,
    source: AsyncIterable<Uint8Array>,
    maximumBytes: number,
  ): Promise<StagedFile> {
    const partial = join(this.#incoming, randomUUID());
    const hash = createHash("sha256");
    const begun: Uint8Array[] = [];
    let handle: FileHandle | undefined;
    let sizeBytes = 0;
    try {
      try {
        for await (const chunk of source) {
          sizeBytes += chunk.length;
          if (sizeBytes > maximumBytes) throw new TooManyBytesError(`More than ${maximumBytes} bytes.`);
          hash.update(chunk);
          begun.push(chunk);
          if (handle === undefined && sizeBytes <= SMALL_BYTES) continue;
          handle ??= await open(partial, "wx", 0o600);
          for (const piece of begun.splice(0)) await writeAll(handle, piece);
        }
      } finally {
        await handle?.close();
      }
      if (handle === undefined) writeFileSync(partial, Buffer.concat(begun), { flag: "wx", mode: 0o600 });
      return await this.adopt(sender, partial, hashed(hash), sizeBytes);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Takes over a complete file whose digest is known. The same bytes take the place of those that are there. */
  async adopt(sender: Sender, path: string, sha256: Hex, sizeBytes: number): Promise<StagedFile> {
    const owner = sender.contributor.toLowerCase();
    // The owner first: with an owner nobody removes the file that is about to be there.
    inTransaction(this.#database, () => {
      this.#statements.addFile.run(sha256, sizeBytes, this.#boot);
      this.#statements.addOwner.run(owner, sha256, sender.ip, sizeBytes, seconds());
    });
    const place = this.#pathOf(sha256);
    try {
      renameSync(path, place);
    } catch (error) {
      if (!(await exists(place))) this.release(sender.contributor, sha256);
      throw error;
    }
    return { path: place, sha256, sizeBytes };
  }

  /** An address's staged file, when it is there. Finding it keeps it from being swept for a while. */
  async find(contributor: Address, sha256: Hex): Promise<StagedFile | undefined> {
    const owner = contributor.toLowerCase();
    const row = this.#statements.find.get(owner, sha256);
    if (row === undefined) return undefined;
    const file = { path: this.#pathOf(sha256), sha256, sizeBytes: Number(row.size_bytes) };
    if (row.boot === this.#boot ? !(await exists(file.path)) : !(await this.#verify(file))) {
      this.release(contributor, sha256);
      return undefined;
    }
    if (Number(row.used_at) < seconds() - TOUCH_SECONDS) this.#statements.touch.run(seconds(), owner, sha256);
    return file;
  }

  /** After a power cut a file may hold other bytes than those that were written: it is read once more, once. */
  async #verify({ path, sha256, sizeBytes }: StagedFile): Promise<boolean> {
    const hash = createHash("sha256");
    let length = 0;
    try {
      for await (const chunk of createReadStream(path)) {
        hash.update(chunk as Buffer);
        length += (chunk as Buffer).length;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
    if (length !== sizeBytes || hashed(hash) !== sha256) return false;
    this.#statements.verified.run(this.#boot, sha256);
    return true;
  }

  /** Waits until files are on the disk for good, all of them at once. */
  async sync(digests: readonly Hex[]): Promise<void> {
    await Promise.all([...new Set(digests)].map((sha256) => syncPath(this.#pathOf(sha256))));
    await syncPath(this.#files);
  }

  /** The CID that a file was found to have, so that it is computed once. */
  cidOf(sha256: Hex): string | undefined {
    const cid = this.#statements.cid.get(sha256)?.cid;
    return typeof cid === "string" ? cid : undefined;
  }

  saveCid(sha256: Hex, cid: string): void {
    this.#statements.saveCid.run(cid, sha256);
  }

  /** An address lets go of files; with its last owner a file itself goes. */
  release(contributor: Address, ...digests: readonly Hex[]): void {
    inTransaction(this.#database, () => {
      for (const sha256 of digests) {
        this.#statements.dropOwner.run(contributor.toLowerCase(), sha256);
        if (this.#statements.owned.get(sha256) !== undefined) continue;
        this.#statements.dropFile.run(sha256);
        // At once, so that nobody can bring the file again in between.
        rmSync(this.#pathOf(sha256), { force: true });
      }
    });
  }

  /** Whether anybody has brought this file and not let go of it. */
  holds(sha256: Hex): boolean {
    return this.#statements.owned.get(sha256) !== undefined;
  }

  /** Bytes that wait here. A file counts for everybody who brought it, so that nobody learns who else did. */
  usedBytes({ contributor, ip }: Sender): StagedBytes {
    return {
      bySender: this.#use(ip, contributor.toLowerCase()),
      byIp: this.#use(ip, ALL),
      total: this.#use(ALL, ALL),
    };
  }

  #use(ip: string, owner: string): number {
    return Number(this.#statements.used.get(ip, owner)?.bytes ?? 0);
  }

  /** Lets go of files that nobody asked for in `maximumAgeSeconds`, except those that `isNeeded`. */
  async sweep(
    maximumAgeSeconds: number,
    isNeeded: (owner: Address, sha256: Hex) => boolean,
  ): Promise<number> {
    let removed = 0;
    for (const row of this.#statements.old.all(seconds() - maximumAgeSeconds)) {
      const [owner, sha256] = [String(row.owner) as Address, String(row.sha256) as Hex];
      if (isNeeded(owner, sha256)) continue;
      this.release(owner, sha256);
      removed += 1;
    }
    return removed + (await this.#sweepStrays(maximumAgeSeconds));
  }

  /** Files that nobody owns are left over from a power cut that took the note of their owner. */
  async #sweepStrays(maximumAgeSeconds: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#files)) {
      if (this.holds(`0x${name}`)) continue;
      const path = join(this.#files, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || found.mtimeMs > Date.now() - maximumAgeSeconds * 1000) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  #pathOf(sha256: Hex): string {
    return join(this.#files, sha256.slice(2));
  }
}

function prepare(database: Database) {
  return {
    addFile: database.prepare(
      `INSERT INTO staged_file (sha256, size_bytes, boot) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET boot = excluded.boot`,
    ),
    addOwner: database.prepare(
      `INSERT INTO staged_owner VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET used_at = excluded.used_at`,
    ),
    find: database.prepare(
      `SELECT staged_file.size_bytes, boot, used_at FROM staged_owner JOIN staged_file USING (sha256)
       WHERE owner = ? AND sha256 = ?`,
    ),
    touch: database.prepare("UPDATE staged_owner SET used_at = ? WHERE owner = ? AND sha256 = ?"),
    verified: database.prepare("UPDATE staged_file SET boot = ? WHERE sha256 = ?"),
    cid: database.prepare("SELECT cid FROM staged_file WHERE sha256 = ?"),
    saveCid: database.prepare("UPDATE staged_file SET cid = ? WHERE sha256 = ?"),
    dropOwner: database.prepare("DELETE FROM staged_owner WHERE owner = ? AND sha256 = ?"),
    dropFile: database.prepare("DELETE FROM staged_file WHERE sha256 = ?"),
    owned: database.prepare("SELECT 1 FROM staged_owner WHERE sha256 = ? LIMIT 1"),
    used: database.prepare("SELECT bytes FROM staged_use WHERE ip = ? AND owner = ?"),
    old: database.prepare("SELECT owner, sha256 FROM staged_owner WHERE used_at < ?"),
  };
}

/** Writes all of a chunk: one call may write less. */
export async function writeAll(
  handle: Pick<FileHandle, "write">,
  chunk: Uint8Array,
  position?: number,
): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const at = position === undefined ? null : position + written;
    written += (await handle.write(chunk, written, chunk.length - written, at)).bytesWritten;
  }
}

/** A finished hash as it is written everywhere. */
export function hashed(hash: Hash): Hex {
  return `0x${hash.digest("hex")}`;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Changes when the machine starts; where a system does not tell, with every process. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}
