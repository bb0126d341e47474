import { Problem } from "@openledger/sdk/problem";
import { queryOptions } from "@tanstack/react-query";
import * as tus from "tus-js-client";
import type { Address } from "viem";
import { type Hex, sha256 } from "viem";
import { explainAnswer, getJson, unreachable } from "./gateway.ts";
import type { Reason } from "./submissions.ts";

/** What the gateway answers for one uploaded file. */
export type UploadedFile = {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Hex;
  cid: string;
  ok: boolean;
  reason?: Reason;
};

/** One file on its way, and whose it is. */
export type Upload = {
  datanet: number;
  contributor: Address;
  file: File;
  sha256: Hex;
  onProgress: (sentBytes: number) => void;
  /** Aborted with {@link TAKEN_BACK} it is forgotten, with anything else it can go on later. */
  signal: AbortSignal;
};

/** Why an upload is stopped for good. */
export const TAKEN_BACK = "taken back";

/** Where uploads by the tus protocol go. */
const ENDPOINT = "/v1/uploads/tus";
/** A file of at most this many bytes goes in one request; a longer one gets its address first, so that it can go on. */
const ONE_REQUEST_BYTES = 128 * 1024;
/** Two minutes in all, longer each time. */
const RETRY_MILLISECONDS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000];
/** For so long the gateway keeps what was begun. */
const KEPT_MILLISECONDS = 86_400_000;

/**
 * Send one file. What an earlier try of the same file for the same contributor and Datanet has sent, even before the page
 * was closed, is not sent again; a lost connection is waited for.
 *
 * @throws Problem with what the gateway refuses, or that it does not answer; DOMException when it was stopped.
 */
export async function uploadFile(upload: Upload): Promise<UploadedFile> {
  const { datanet, contributor, file, onProgress, signal } = upload;
  const address = await new Promise<{ url: string; answer: string }>((resolve, reject) => {
    const transfer = new tus.Upload(file, {
      endpoint: ENDPOINT,
      metadata: { filename: file.name, contributor, datanet: String(datanet), sha256: upload.sha256 },
      fingerprint: async () => fingerprintOf(upload),
      uploadDataDuringCreation: file.size <= ONE_REQUEST_BYTES,
      retryDelays: RETRY_MILLISECONDS,
      onProgress: (sentBytes) => onProgress(Math.min(sentBytes, file.size)),
      onSuccess: ({ lastResponse }) =>
        resolve({ url: transfer.url ?? "", answer: lastResponse.getBody() ?? "" }),
      onError: (error) => reject(explain(error)),
    });
    const stop = () => {
      // Taking back is a courtesy to the gateway, which removes it by itself after a day.
      transfer.abort(signal.reason === TAKEN_BACK).catch(() => undefined);
      reject(new DOMException("The upload was stopped.", "AbortError"));
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    transfer.findPreviousUploads().then((previous) => {
      const last = previous.at(-1);
      if (last) transfer.resumeFromPreviousUpload(last);
      if (!signal.aborted) transfer.start();
    }, reject);
  });
  if (address.answer.startsWith("{")) return JSON.parse(address.answer) as UploadedFile;
  // All bytes were there already: what the file is has to be asked for.
  const { pathname } = new URL(address.url, globalThis.location.href);
  const { file: stored } = await getJson<{ file?: UploadedFile }>(pathname, signal);
  if (stored) return stored;
  throw new Problem("no-file", `The gateway did not take ${file.name}.`, "Try again.");
}

/** Names of files that were chosen for a Datanet in this browser before, and are still at the gateway in whole or part. */
export const startedBeforeQuery = (datanet: number, contributor: Address) =>
  queryOptions({
    queryKey: ["uploads", datanet, contributor],
    queryFn: () => startedBefore(datanet, contributor),
    staleTime: 0,
  });

async function startedBefore(datanet: number, contributor: Address): Promise<string[]> {
  const { urlStorage } = tus.defaultOptions;
  const names = new Set<string>();
  for (const { metadata, creationTime, urlStorageKey } of await urlStorage.findAllUploads()) {
    if (Date.parse(creationTime) < Date.now() - KEPT_MILLISECONDS)
      await urlStorage.removeUpload(urlStorageKey);
    else if (metadata.contributor === contributor && metadata.datanet === String(datanet))
      names.add(metadata.filename ?? "");
  }
  return [...names];
}

/** Forget uploads whose files were submitted. */
export async function forgetUploads(digests: readonly Hex[]): Promise<void> {
  const { urlStorage } = tus.defaultOptions;
  for (const { metadata, urlStorageKey } of await urlStorage.findAllUploads())
    if (digests.includes(metadata.sha256 as Hex)) await urlStorage.removeUpload(urlStorageKey);
}

function fingerprintOf({ datanet, contributor, file, sha256: digest }: Upload): string {
  return ["openledger", datanet, contributor, digest, file.name].join("-");
}

function explain(error: Error | tus.DetailedError): Problem {
  const answer = "originalResponse" in error ? error.originalResponse : undefined;
  return answer ? explainAnswer(answer.getStatus(), answer.getBody()) : unreachable(error);
}

/** sha256 of a chosen file, so that what is signed can be compared with what was chosen. */
export async function hashFile(file: File): Promise<Hex> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Browsers offer SubtleCrypto on secure origins only; elsewhere the same hash is computed in JavaScript.
  if (!globalThis.crypto?.subtle) return sha256(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
