import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fetchFile } from "@openledger/sdk/content/fetchFile";
import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";

/** Content that could not be had now; asking again later may help. */
export class ContentUnavailableError extends Error {
  override readonly name = "ContentUnavailableError";
}

/** What a download really was. */
export interface Downloaded {
  sha256: Hex;
  sizeBytes: number;
}

const TIMEOUT_MS = 20_000;
/** How long a source that could not be reached is left alone, so that one that is gone does not slow every fetch. */
const REST_MS = 10_000;

/**
 * Reads published content from gateways and validators and believes none of them: every block that is not what its CID
 * says is refused, and asked of the next.
 */
export class ContentSources {
  readonly #urls: readonly string[];
  readonly #signal: AbortSignal;
  readonly #restUntil = new Map<string, number>();

  /** @param urls Whom to ask, in this order. */
  constructor(urls: readonly string[], signal: AbortSignal) {
    this.#urls = [...new Set(urls)];
    this.#signal = signal;
  }

  /**
   * A file's bytes in memory, at most `limit` of them.
   *
   * @throws ContentUnavailableError when no source has it; {Problem} when it can never be had: no file, or too long.
   */
  async read(cid: string, limit: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.#blocks(cid, limit)) parts.push(part);
    return Buffer.concat(parts);
  }

  /**
   * Saves a file to disk, at most `limit` bytes. What is left of a failed download is removed.
   *
   * @throws as `read` does.
   */
  async save(cid: string, path: string, limit: number): Promise<Downloaded> {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const blocks = this.#blocks(cid, limit);
    async function* counted() {
      for await (const part of blocks) {
        hash.update(part);
        sizeBytes += part.length;
        yield part;
      }
    }
    try {
      await pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(path));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { sha256: `0x${hash.digest("hex")}`, sizeBytes };
  }

  async *#blocks(cid: string, limit: number): AsyncGenerator<Uint8Array> {
    try {
      const options = {
        sources: this.#awake(),
        maximumBytes: limit,
        signal: this.#signal,
        timeoutMs: TIMEOUT_MS,
        onFault: ({ source, code }: { source: string; code: string }) => {
          if (code === "unreachable") this.#restUntil.set(source, Date.now() + REST_MS);
        },
      };
      for await (const { bytes } of fetchFile(cid, options)) yield bytes;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof Problem && error.code === "content-unavailable")
        throw new ContentUnavailableError(error.sentence, { cause: error });
      throw error;
    }
  }

  /** Those that answer come first; when all of them rest, all are asked. */
  #awake(): string[] {
    const now = Date.now();
    const isResting = (url: string) => (this.#restUntil.get(url) ?? 0) > now;
    const awake = this.#urls.filter((url) => !isResting(url));
    return awake.length === 0 ? [...this.#urls] : awake;
  }
}
