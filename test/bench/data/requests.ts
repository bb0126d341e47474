import type { Manifest } from "@openledger/sdk/manifest";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import type { MaterialFile } from "../../../node/bench/data/material.ts";

/** What the gateway says of a file that was uploaded. */
export interface UploadedFile {
  name: string;
  sha256: Hex;
  ok: boolean;
  reason?: { key: string; sentence: string };
}

/** What a dry run answers, as far as a contributor's program needs it. */
export interface Rehearsal {
  ok: boolean;
  files: UploadedFile[];
  manifest?: Manifest;
  submission?: Submission;
}

/** An answer that is no success. */
export class RefusedError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(what: string, status: number, body: { code?: string; sentence?: string }) {
    super(`${what} was answered with ${status}: ${body.sentence ?? JSON.stringify(body)}`);
    this.status = status;
    this.code = String(body.code ?? status);
  }
}

/** A contributor's program that notes how long every request took. */
export class Requests {
  readonly #url: string;
  readonly #timeoutSeconds: number | undefined;
  /** Milliseconds from the first byte sent to the last byte read, by what was asked for. */
  readonly milliseconds = new Map<string, number[]>();

  /** @param timeoutSeconds How long an answer may take; without it, as long as fetch waits by itself. */
  constructor(url: string, timeoutSeconds?: number) {
    this.#url = url;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Sends files in one multipart form. */
  upload(contributor: Address, datanet: number, files: MaterialFile[]): Promise<{ files: UploadedFile[] }> {
    const form = new FormData();
    for (const { name, mediaType, bytes } of files) {
      form.append("files", new Blob([bytes], { type: mediaType }), name);
    }
    return this.#json("upload", `/v1/uploads?datanet=${datanet}&contributor=${contributor}`, {
      method: "POST",
      body: form,
    });
  }

  dryRun(contributor: Address, datanet: number, files: { name: string; sha256: Hex }[]): Promise<Rehearsal> {
    return this.#json("dry run", "/v1/dry-runs", post({ contributor, datanet, files }));
  }

  submit(manifest: Manifest, submission: Submission, signature: Hex): Promise<{ root: Hex }> {
    return this.#json("submission", "/v1/submissions", post({ manifest, submission, signature }));
  }

  status(root: Hex): Promise<{
    state: string;
    error?: { sentence: string };
    files: { name: string; cid: string; sha256: Hex; grade?: number; reason?: { key: string } }[];
  }> {
    return this.#json("status", `/v1/submissions/${root}`);
  }

  /** A published file's bytes. */
  async content(cid: string): Promise<Uint8Array> {
    return this.#timed("content", async () => {
      const response = await fetch(`${this.#url}/ipfs/${cid}`, this.#limited());
      if (!response.ok) throw new RefusedError("content", response.status, await bodyOf(response));
      return new Uint8Array(await response.arrayBuffer());
    });
  }

  async #json<Body>(what: string, path: string, options?: RequestInit): Promise<Body> {
    return this.#timed(what, async () => {
      const response = await fetch(`${this.#url}${path}`, this.#limited(options));
      const body = await bodyOf(response);
      if (!response.ok) throw new RefusedError(what, response.status, body);
      return body as Body;
    });
  }

  #limited(options: RequestInit = {}): RequestInit {
    if (this.#timeoutSeconds === undefined) return options;
    return { ...options, signal: AbortSignal.timeout(1000 * this.#timeoutSeconds) };
  }

  async #timed<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    const result = await ask();
    const list = this.milliseconds.get(what) ?? [];
    this.milliseconds.set(what, list);
    list.push(performance.now() - started);
    return result;
  }
}

function post(body: unknown): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function bodyOf(response: Response): Promise<{ code?: string; sentence?: string }> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { sentence: text.slice(0, 200) };
  }
}
