import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { digestOfCid } from "@openledger/sdk/cid";
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

/** Reads published content from a gateway and believes none of it: bytes that are not what the CID says are refused. */
export class GatewayContent {
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** The block of a CID, at most `limit` bytes. */
  async read(cid: string, limit: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.#stream(cid, limit, async (body) => {
      for await (const part of body) parts.push(part as Buffer);
    });
    return Buffer.concat(parts);
  }

  /** Save the block of a CID to a file, at most `limit` bytes. What is left of a failed download is removed. */
  async save(cid: string, path: string, limit: number): Promise<Downloaded> {
    try {
      return await this.#stream(cid, limit, (body) => pipeline(body, createWriteStream(path)));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #stream(cid: string, limit: number, take: (body: Readable) => Promise<unknown>): Promise<Downloaded> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const count = new Transform({
      transform(part: Buffer, _encoding, done) {
        sizeBytes += part.length;
        hash.update(part);
        done(
          sizeBytes > limit ? new ContentUnavailableError(`${cid} is larger than ${limit} bytes.`) : null,
          part,
        );
      },
    });
    try {
      const response = await fetch(`${this.#url}/ipfs/${cid}`, { signal });
      if (!response.ok || response.body === null) {
        throw new ContentUnavailableError(`The gateway answered ${response.status} for ${cid}.`);
      }
      await Promise.all([
        pipeline(Readable.fromWeb(response.body as import("node:stream/web").ReadableStream), count),
        take(count),
      ]);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof ContentUnavailableError) throw error;
      throw new ContentUnavailableError(`${cid} could not be read from the gateway.`, { cause: error });
    }
    const sha256: Hex = `0x${hash.digest("hex")}`;
    if (sha256 !== digestOfCid(cid))
      throw new ContentUnavailableError(`The gateway sent other bytes than ${cid}.`);
    return { sha256, sizeBytes };
  }
}
