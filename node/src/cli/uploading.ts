import { readFile } from "node:fs/promises";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { reasonOf } from "@openledger/sdk/reasons";
import type { OwnFile } from "@openledger/sdk/submission";
import { type DetailedError, Upload } from "tus-js-client";
import type { Address } from "viem";
import { RestartError, UserError } from "../app/errors.ts";
import type { BegunUploads } from "./begunUploads.ts";
import { type CheckedFile, type GatewayApi, refusalOf } from "./gatewayApi.ts";

/** A file of at most this many bytes goes in one request; a longer one gets its address first, so that it can go on. */
const ONE_REQUEST_BYTES = 128 * 1024;
/** Two minutes in all, longer each time; anew after every byte that arrived. */
const RETRY_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000];
/** A connection on which nothing moves for so long is lost. */
const SILENCE_MS = 120_000;

/** A file on the contributor's disk. */
export interface LocalFile extends OwnFile {
  path: string;
}

/** What uploading needs to know, and whom it tells how far it is. */
export interface UploadingParts {
  gateway: GatewayApi;
  datanet: number;
  contributor: Address;
  begun: BegunUploads;
  signal: AbortSignal;
  /** The gateway has so many bytes of the file. */
  onProgress(file: LocalFile, sentBytes: number): void;
  /** The connection was lost, and is tried again after a while. */
  onLost(file: LocalFile, waitMs: number): void;
}

/** Sends files by the tus protocol: what the gateway has already, from whichever earlier try, is not sent again. */
export class Uploading {
  readonly #parts: UploadingParts;
  /** Something answered at the gateway's address: only then is it worth waiting for it to answer again. */
  #hasAnswered = false;

  constructor(parts: UploadingParts) {
    this.#parts = parts;
  }

  /**
   * Uploads one file; it stays private until a submission with it is mined.
   *
   * @returns what the gateway says of it, or why it takes no such file.
   * @throws UserError with what the gateway refuses; RestartError when it does not answer.
   */
  async upload(file: LocalFile): Promise<CheckedFile> {
    const { name, sizeBytes } = file;
    if (sizeBytes > MAX_FILE_BYTES) return { name, sizeBytes, ok: false, reason: reasonOf("too-large") };
    const bytes = await readFile(file.path);
    return (
      (await this.#send(file, bytes)) ??
      // What was there once was removed meanwhile: a second try finds nothing to go on with.
      (await this.#send(file, bytes)) ??
      Promise.reject(new Error(`The gateway ${this.#parts.gateway.url} says nothing about ${name}.`))
    );
  }

  /** @returns undefined when the gateway has forgotten a file that it once had all bytes of. */
  async #send(file: LocalFile, bytes: Buffer): Promise<CheckedFile | undefined> {
    const { gateway, begun } = this.#parts;
    const { url, answer } = await this.#transfer(file, bytes);
    if (answer.startsWith("{")) return JSON.parse(answer) as CheckedFile;
    // All bytes were there already: what the file is has to be asked for.
    const { pathname } = new URL(url);
    const { file: stored } = await gateway.ask<{ file?: CheckedFile }>(pathname);
    if (stored === undefined) begun.forget([file.sha256]);
    return stored;
  }

  #transfer(file: LocalFile, bytes: Buffer): Promise<{ url: string; answer: string }> {
    const { gateway, datanet, contributor, begun, signal, onProgress, onLost } = this.#parts;
    return new Promise((resolve, reject) => {
      let silence: NodeJS.Timeout | undefined;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => stop(this.#lost()), SILENCE_MS);
      };
      const end = () => {
        clearTimeout(silence);
        signal.removeEventListener("abort", interrupted);
      };
      const stop = (reason: unknown) => {
        end();
        transfer.abort().catch(() => undefined);
        reject(reason);
      };
      const interrupted = () => stop(signal.reason);
      const transfer = new Upload(bytes, {
        endpoint: `${gateway.url}/v1/uploads/tus`,
        metadata: { filename: file.name, contributor, datanet: String(datanet), sha256: file.sha256 },
        urlStorage: begun,
        fingerprint: async () => [gateway.url, datanet, contributor, file.sha256, file.name].join(" "),
        uploadDataDuringCreation: bytes.length <= ONE_REQUEST_BYTES,
        retryDelays: RETRY_MS,
        onAfterResponse: () => {
          this.#hasAnswered = true;
          heard();
        },
        onProgress: (sentBytes) => {
          heard();
          onProgress(file, Math.min(sentBytes, bytes.length));
        },
        onShouldRetry: (error, attempt) => {
          if (!this.#hasAnswered || !isPassing(error)) return false;
          const waitMs = RETRY_MS[attempt] ?? 0;
          heard();
          onLost(file, waitMs);
          return true;
        },
        onSuccess: ({ lastResponse }) => {
          end();
          resolve({ url: transfer.url ?? "", answer: lastResponse.getBody() ?? "" });
        },
        onError: (error) => {
          end();
          reject(this.#explain(error));
        },
      });
      if (signal.aborted) return interrupted();
      signal.addEventListener("abort", interrupted, { once: true });
      transfer.findPreviousUploads().then((previous) => {
        const last = previous.at(-1);
        if (last !== undefined) transfer.resumeFromPreviousUpload(last);
        if (signal.aborted) return;
        heard();
        transfer.start();
      }, stop);
    });
  }

  #explain(error: Error | DetailedError): Error {
    const response = "originalResponse" in error ? error.originalResponse : null;
    if (response === null || response === undefined) return this.#lost(error);
    return new UserError(refusalOf(response.getStatus(), response.getBody(), this.#parts.gateway.url));
  }

  #lost(cause?: Error): RestartError {
    const { url } = this.#parts.gateway;
    return new RestartError(
      this.#hasAnswered
        ? `The gateway ${url} does not answer any more. What it has of the files is not sent again.`
        : `Nothing that speaks OpenLedger's protocol answers at ${url}.`,
      { cause },
    );
  }
}

/** Whether the same request may be answered otherwise in a moment: no answer, a busy upload, a server in trouble. */
function isPassing({ originalResponse }: DetailedError): boolean {
  const status = originalResponse?.getStatus() ?? 0;
  // Its disk is full: that does not pass within minutes.
  if (status === 507) return false;
  return status < 400 || status >= 500 || status === 409 || status === 423;
}
