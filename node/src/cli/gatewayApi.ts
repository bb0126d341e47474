import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Manifest } from "@openledger/sdk/manifest";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { RestartError, UserError } from "../app/errors.ts";

/** Why a file was refused, as a gateway tells it. */
interface ToldReason {
  key: string;
  sentence: string;
  next: string;
}

/** A file after an upload or a dry run. */
export interface CheckedFile {
  name: string;
  sha256?: Hex;
  ok: boolean;
  reason?: ToldReason;
  /** Why validators would probably reject it; it may be submitted all the same. */
  warning?: ToldReason;
  duplicate?: { root?: Hex };
  mediaType?: string;
  sizeBytes?: number;
}

/** What a dry run answers. */
export interface DryRunAnswer {
  ok: boolean;
  files: CheckedFile[];
  quota: { filesLeft: number; bytesLeft: number; resetsAt: number };
  reward: { perPointWei: string; likelyWei: string; mostWei: string };
  gas?: GasPayment;
  manifest?: Manifest;
  submission?: Submission;
}

/** How far a submission is, as its gateway tells it. */
export interface ToldProgress {
  root: Hex;
  state: string;
  files: { index: number; name: string; grade?: number; reason?: ToldReason }[];
  error?: { code: string; sentence: string; next: string };
}

const TIMEOUT_MS = 120_000;

/** A gateway, or another daemon, as a program asks it. */
export class GatewayApi {
  readonly url: string;
  readonly #signal: AbortSignal;

  constructor(url: string, signal: AbortSignal) {
    this.url = url.replace(/\/+$/, "");
    this.#signal = signal;
  }

  /** Uploads one file; it stays private until a submission with it is mined. */
  async upload(datanet: number, contributor: Address, name: string, bytes: Blob): Promise<CheckedFile> {
    const form = new FormData();
    form.append("files", bytes, name);
    const path = `/v1/uploads?datanet=${datanet}&contributor=${contributor}`;
    const { files } = await this.ask<{ files: CheckedFile[] }>(path, { method: "POST", body: form });
    const [file] = files;
    if (file === undefined) throw new Error(`The gateway ${this.url} said nothing about ${name}.`);
    return file;
  }

  dryRun(request: {
    datanet: number;
    contributor: Address;
    files: { name: string; sha256: Hex }[];
  }): Promise<DryRunAnswer> {
    return this.post("/v1/dry-runs", request);
  }

  submit(request: {
    manifest: Manifest;
    submission: Submission;
    signature: Hex;
    payment?: "gateway" | "contributor";
  }): Promise<{ root: Hex; state: string; gas?: GasPayment }> {
    return this.post("/v1/submissions", request);
  }

  progress(root: Hex): Promise<ToldProgress> {
    return this.ask(`/v1/submissions/${root}`);
  }

  post<Body>(path: string, body: unknown): Promise<Body> {
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /**
   * Asks one address.
   *
   * @throws UserError with what the daemon says when it refuses; RestartError when it does not answer.
   */
  async ask<Body>(path: string, init: RequestInit = {}): Promise<Body> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${this.url}${path}`, { ...init, signal });
      body = await response.json();
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new RestartError(`Nothing that speaks OpenLedger's protocol answers at ${this.url}.`, {
        cause: error,
      });
    }
    if (response.ok) return body as Body;
    const { code, sentence, next } = body as { code?: string; sentence?: string; next?: string };
    throw new UserError({
      code: code ?? `http-${response.status}`,
      sentence: sentence ?? `${this.url}${path} answered ${response.status}.`,
      next: next ?? "Check the address.",
    });
  }
}
