import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Address, Hex } from "viem";

/** A file that somebody uploaded and that is not public. */
export interface StagedFile {
  path: string;
  sha256: Hex;
  sizeBytes: number;
}

/** More bytes came than may come. */
export class TooManyBytesError extends Error {
  override readonly name = "TooManyBytesError";
}

/**
 * Uploaded files before they are published: private, one folder an address, each named by its sha256. A file that is
 * there is complete.
 */
export class Staging {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Writes a stream to disk, hashing it on the way, and stops as soon as it is too long.
   *
   * @throws TooManyBytesError when more than `maximumBytes` came; nothing is kept then.
   */
  async receive(
    owner: Address,
    source: AsyncIterable<Uint8Array>,
    maximumBytes: number,
  ): Promise<StagedFile> {
    const folder = this.#folderOf(owner);
    await mkdir(folder, { recursive: true });
    const partial = join(folder, `${randomUUID()}.part`);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) {
          done(new TooManyBytesError(`More than ${maximumBytes} bytes.`));
          return;
        }
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(source, measure, createWriteStream(partial, { flags: "wx", mode: 0o600 }));
      await flush(partial);
      const sha256: Hex = `0x${hash.digest("hex")}`;
      const path = join(folder, sha256.slice(2));
      await rename(partial, path);
      return { path, sha256, sizeBytes };
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** An address's staged file, when it is there. Finding it keeps it from being swept for a while. */
  async find(owner: Address, sha256: Hex): Promise<StagedFile | undefined> {
    if (!/^0x[0-9a-f]{64}$/.test(sha256)) return undefined;
    const path = join(this.#folderOf(owner), sha256.slice(2));
    try {
      const { size } = await stat(path);
      const now = new Date();
      await utimes(path, now, now);
      return { path, sha256, sizeBytes: size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(owner: Address, sha256: Hex): Promise<void> {
    await rm(join(this.#folderOf(owner), sha256.slice(2)), { force: true });
  }

  /** Bytes that an address keeps here. */
  async usedBytes(owner: Address): Promise<number> {
    const folder = this.#folderOf(owner);
    const names = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Removes files that nobody asked for in `maximumAgeSeconds`, except those that `isNeeded`. */
  async sweep(
    maximumAgeSeconds: number,
    isNeeded: (owner: Address, sha256: Hex) => boolean,
  ): Promise<{ owner: Address; sha256: Hex }[]> {
    const removed: { owner: Address; sha256: Hex }[] = [];
    const oldest = Date.now() - maximumAgeSeconds * 1000;
    for (const owner of await readdir(this.#directory).catch(() => [])) {
      for (const name of await readdir(join(this.#directory, owner))) {
        const path = join(this.#directory, owner, name);
        const found = await stat(path).catch(() => undefined);
        if (found === undefined || found.mtimeMs > oldest) continue;
        const file = { owner: owner as Address, sha256: `0x${name}` as Hex };
        if (isNeeded(file.owner, file.sha256)) continue;
        await rm(path, { force: true });
        removed.push(file);
      }
    }
    return removed;
  }

  #folderOf(owner: Address): string {
    return join(this.#directory, owner.toLowerCase());
  }
}

/** What was answered "received" must still be there after a power cut. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
