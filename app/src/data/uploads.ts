import { Problem } from "@openledger/sdk/problem";
import type { Address } from "viem";
import { type Hex, sha256 } from "viem";
import { explainAnswer, unreachable } from "./gateway.ts";
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
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal;
};

/** Send one file. `fetch` cannot tell how much of a body has left, so this is an XMLHttpRequest. */
export function uploadFile({
  datanet,
  contributor,
  file,
  onProgress,
  signal,
}: Upload): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/uploads?datanet=${datanet}&contributor=${contributor}`);
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    request.onerror = () => reject(unreachable(undefined));
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    request.onload = () => {
      if (request.status < 200 || request.status > 299)
        return reject(explainAnswer(request.status, request.responseText));
      const [stored] = (JSON.parse(request.responseText) as { files: UploadedFile[] }).files;
      if (stored) resolve(stored);
      else reject(new Problem("no-file", `The gateway did not take ${file.name}.`, "Try again."));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const body = new FormData();
    body.append("files", file, file.name);
    request.send(body);
  });
}

/** sha256 of a chosen file, so that what is signed can be compared with what was chosen. */
export async function hashFile(file: File): Promise<Hex> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Browsers offer SubtleCrypto on secure origins only; elsewhere the same hash is computed in JavaScript.
  if (!globalThis.crypto?.subtle) return sha256(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
