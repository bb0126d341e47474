import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fetchFile } from "@openledger/sdk/content/fetchFile";
import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";
import { type BlockReader, piecesHeld } from "./ownContent.ts";

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
/**
 * How long a source that could not be reached is left alone, so that one that is gone does not slow every fetch: twice as
 * long each time, so that one that only starts again, and may be the only one that has a file, is asked soon.
 */
const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 10_000;

/**
 * Reads published content from gateways and validators and believes none of them: every block that is not what its CID
 * says is refused, and asked of the next.
 */
export class ContentSources {
  readonly #urls: readonly string[];
  readonly #signal: AbortSignal;
  readonly #own: BlockReader | undefined;
  readonly #rests = new Map<string, { until: number; lengthMs: number }>();

  /**
   * @param urls Whom to ask, in this order.
   * @param own What this node keeps: nobody is asked for what it holds.
   */
  constructor(urls: readonly string[], signal: AbortSignal, own?: BlockReader) {
    this.#urls = [...new Set(urls)];
    this.#signal = signal;
    this.#own = own;
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
    const held = this.#own && (await piecesHeld(this.#own, cid, limit));
    if (this.#own === undefined || held === undefined) {
      yield* this.#fetch(cid, limit);
      return;
    }
    for (const piece of held) yield await this.#own.getBlock(piece);
  }

  async *#fetch(cid: string, limit: number): AsyncGenerator<Uint8Array> {
    try {
      const options = {
        sources: this.#awake(),
        maximumBytes: limit,
        signal: this.#signal,
        timeoutMs: TIMEOUT_MS,
        onFault: ({ source, code }: { source: string; code: string }) => {
          if (code === "unreachable") this.#rest(source);
          else this.#rests.delete(source);
        },
      };
      for await (const { bytes, source } of fetchFile(cid, options)) {
        this.#rests.delete(source);
        yield bytes;
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof Problem && error.code === "content-unavailable")
        throw new ContentUnavailableError(error.sentence, { cause: error });
      throw error;
    }
  }

  /** Requests that were under way together fail together: that is one failure. */
  #rest(source: string): void {
    const now = Date.now();
    const last = this.#rests.get(source);
    if (last !== undefined && last.until > now) return;
    const lengthMs = last === undefined ? FIRST_REST_MS : Math.min(2 * last.lengthMs, LONGEST_REST_MS);
    this.#rests.set(source, { until: now + lengthMs, lengthMs });
  }

  /** Without those that rest; when all of them do, all are asked. */
  #awake(): string[] {
    const now = Date.now();
    const isResting = (url: string) => (this.#rests.get(url)?.until ?? 0) > now;
    const awake = this.#urls.filter((url) => !isResting(url));
    return awake.length === 0 ? [...this.#urls] : awake;
  }
}
