import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Manifest } from "@openledger/sdk/manifest";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { type Refusal, RestartError, UserError } from "../app/errors.ts";

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

  dryRun(request: {
    datanet: number;
    contributor: Address;
    files: { name: string; sha256: Hex }[];
    listProof?: readonly Hex[];
  }): Promise<DryRunAnswer> {
    return this.post("/v1/dry-runs", request);
  }

  submit(request: {
    manifest: Manifest;
    submission: Submission;
    signature: Hex;
    listProof?: readonly Hex[];
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

  /** Published bytes by their CID; whoever asks checks them. */
  async content(cid: string): Promise<Uint8Array> {
    const response = await this.stream(`/ipfs/${cid}`, {}, AbortSignal.timeout(TIMEOUT_MS));
    return new Uint8Array(await response.arrayBuffer());
  }

  /**
   * An answer that is read as it comes, for as long as it comes.
   *
   * @throws UserError with what the daemon says when it refuses; RestartError when it does not answer.
   */
  async stream(path: string, headers: Record<string, string> = {}, until?: AbortSignal): Promise<Response> {
    const signal = until === undefined ? this.#signal : AbortSignal.any([this.#signal, until]);
    const response = await fetch(`${this.url}${path}`, { headers, signal }).catch((error: unknown) => {
      this.#signal.throwIfAborted();
      throw this.#silent(error);
    });
    if (response.ok) return response;
    throw new UserError(refusalOf(response.status, await response.text(), `${this.url}${path}`));
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
      throw this.#silent(error);
    }
    if (response.ok) return body as Body;
    throw new UserError(toldRefusal(response.status, body, `${this.url}${path}`));
  }

  #silent(cause: unknown): RestartError {
    return new RestartError(`Nothing that speaks OpenLedger's protocol answers at ${this.url}.`, { cause });
  }
}

/** Why a daemon refused, from the text that it answered; what is known of it when that is no JSON. */
export function refusalOf(status: number, text: string, asked: string): Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Something between here and the daemon answered.
  }
  return toldRefusal(status, body, asked);
}

function toldRefusal(status: number, body: unknown, asked: string): Refusal {
  const { code, sentence, next } = (body ?? {}) as Partial<Refusal>;
  return {
    code: code ?? `http-${status}`,
    sentence: sentence ?? `${asked} answered ${status}.`,
    next: next ?? "Check the address.",
  };
}
