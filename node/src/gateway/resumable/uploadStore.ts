import { createHash, type Hash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { FileStore } from "@tus/file-store";
import { ERRORS, Upload } from "@tus/server";
import type { Hex } from "viem";
import { hashed, writeAll } from "../../storage/staging.ts";
import type { BegunUpload, BegunUploads } from "./begunUploads.ts";

/** How far the digest of an upload's bytes is computed. */
interface Progress {
  hash: Hash;
  sizeBytes: number;
}

/**
 * The unfinished uploads: their bytes as files, what they are of in a database. Bytes are hashed while they come, so that
 * nothing is read a second time unless the process was restarted in between.
 */
export class UploadStore extends FileStore {
  readonly #begun: BegunUploads;
  readonly #progress = new Map<string, Progress>();

  constructor(directory: string, begun: BegunUploads, expirationPeriodInMilliseconds: number) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    super({ directory, expirationPeriodInMilliseconds, configstore: NONE });
    this.extensions = ["creation", "creation-with-upload", "termination", "expiration"];
    this.#begun = begun;
  }

  /** Nothing to do: the upload stands in the database, and its file begins with its first byte. */
  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const progress = await this.#progressAt(id, offset);
    const handle = await open(this.pathOf(id), offset === 0 ? "w" : "r+", 0o600);
    try {
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        await writeAll(handle, chunk, progress.sizeBytes);
        progress.hash.update(chunk);
        progress.sizeBytes += chunk.length;
      }
    } finally {
      // Part of a chunk may stand behind what was hashed: the file's length tells, and then it is read again.
      await handle.close();
    }
    return progress.sizeBytes;
  }

  override async getUpload(id: string): Promise<Upload> {
    const begun = this.#begun.find(id);
    if (begun === undefined) throw ERRORS.FILE_NOT_FOUND;
    const { contributor, datanet, name, sizeBytes, createdAt } = begun;
    return new Upload({
      id,
      size: sizeBytes,
      offset: await this.offsetOf(begun),
      metadata: { filename: name, contributor, datanet: String(datanet) },
      creation_date: createdAt.toISOString(),
      storage: { type: "file", path: this.pathOf(id) },
    });
  }

  /** How many bytes of an upload are here. */
  async offsetOf({ id, sizeBytes, sha256 }: BegunUpload): Promise<number> {
    if (sha256 !== undefined) return sizeBytes;
    return stat(this.pathOf(id)).then(
      ({ size }) => size,
      () => 0,
    );
  }

  override async remove(id: string): Promise<void> {
    if (this.#begun.find(id) === undefined) throw ERRORS.FILE_NOT_FOUND;
    this.#progress.delete(id);
    this.#begun.remove(id);
    await rm(this.pathOf(id), { force: true });
  }

  /** Removes what was begun too long ago, finished or not; staged files stay where they are. */
  override async deleteExpired(): Promise<number> {
    const expired = this.#begun.begunBefore(new Date(Date.now() - this.getExpiration()));
    for (const id of expired) await this.remove(id);
    return expired.length;
  }

  /** The sha256 of a complete upload. An empty one has no file until somebody asks for it. */
  async digestOf(id: string, sizeBytes: number): Promise<Hex> {
    if (sizeBytes === 0) await (await open(this.pathOf(id), "w", 0o600)).close();
    const { hash } = await this.#progressAt(id, sizeBytes);
    this.#progress.delete(id);
    return hashed(hash);
  }

  pathOf(id: string): string {
    return join(this.directory, id);
  }

  /** The digest of the first bytes: known where they came in this process, else read again. */
  async #progressAt(id: string, offset: number): Promise<Progress> {
    const known = this.#progress.get(id);
    if (known?.sizeBytes === offset) return known;
    const progress: Progress = { hash: createHash("sha256"), sizeBytes: 0 };
    if (offset > 0) {
      for await (const chunk of createReadStream(this.pathOf(id), { end: offset - 1 })) {
        progress.hash.update(chunk as Buffer);
        progress.sizeBytes += (chunk as Buffer).length;
      }
      if (progress.sizeBytes !== offset) throw ERRORS.INVALID_OFFSET;
    }
    this.#progress.set(id, progress);
    return progress;
  }
}

/** Stands in for the store's own notes, of which none are kept. */
const NONE = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
