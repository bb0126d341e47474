import { createHash, type Hash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Report, reportBytes } from "@openledger/sdk/report";
import { artifactTypedData } from "@openledger/sdk/typedData";
import type { Hex } from "viem";
import type { Chain } from "../chain/chain.ts";
import { ContentUnavailableError } from "../content/contentSources.ts";
import { cidOfFile } from "../storage/contentId.ts";
import { WEIGHTS_FILE } from "../worker/adapterFolder.ts";
import type { PostedJob } from "./jobBook.ts";
import type { TrainingResult } from "./runStore.ts";

const SIGNATURE_SECONDS = 600;
const TIMEOUT_MS = 60_000;
/** A slower line is given up. */
const LEAST_BYTES_PER_SECOND = 131_072;

/** Publishes what a run made, each piece signed, so that anyone can check it. */
export class Publisher {
  readonly #chain: Chain;
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(chain: Chain, gatewayUrl: string, signal: AbortSignal) {
    this.#chain = chain;
    this.#url = gatewayUrl;
    this.#signal = signal;
  }

  /** Publish adapter, checkpoints, transcript, index and report; again is the same as once. */
  async publish(posted: PostedJob, result: TrainingResult): Promise<Report> {
    const adapter = await this.#upload(join(result.adapterPath, WEIGHTS_FILE), result.adapterDigest);
    const transcript = await this.#upload(result.transcriptPath);
    const checkpoints: Report["checkpoints"] = [];
    for (const { step, path, digest, lossMicronats } of result.checkpoints) {
      checkpoints.push({ step, cid: await this.#upload(path, digest), digest, lossMicronats });
    }
    const report: Report = {
      version: 2,
      chainId: this.#chain.chainId,
      training: this.#chain.addresses.training,
      job: posted.job,
      trainer: this.#chain.account.address,
      specDigest: posted.specDigest,
      baseDigest: posted.baseDigest,
      recipe: result.recipe,
      adapterCid: adapter,
      adapterDigest: result.adapterDigest,
      transcriptCid: transcript,
      transcriptHead: result.transcriptHead,
      lossBeforeMicronats: result.lossBeforeMicronats,
      lossAfterMicronats: result.lossAfterMicronats,
      tokens: result.tokens,
      steps: result.steps,
      keptStep: result.keptStep,
      ended: result.ended,
      attribution:
        result.attribution === null
          ? null
          : {
              cid: await this.#upload(result.attribution.path, result.attribution.digest),
              digest: result.attribution.digest,
            },
      checkpoints,
      environment: result.environment as Report["environment"],
    };
    const bytes = reportBytes(report);
    await this.#send(
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      sha256Of(createHash("sha256").update(bytes)),
    );
    return report;
  }

  /** Upload a file, read twice and never held in memory; @returns the CID by which every store serves it. */
  async #upload(path: string, expected?: Hex): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    const digest = sha256Of(hash);
    if (expected !== undefined && digest !== expected)
      throw new Error(`${path} has the sha256 ${digest}, not ${expected}.`);
    const file = await openAsBlob(path);
    await this.#send(file, digest);
    return cidOfFile(path, file.size, digest);
  }

  async #send(body: Blob, sha256: Hex): Promise<void> {
    const expires = (await this.#chain.now()) + SIGNATURE_SECONDS;
    const { account, chainId, addresses } = this.#chain;
    const signature = await account.signTypedData(
      artifactTypedData({
        chainId,
        training: addresses.training,
        artifact: { sha256, sizeBytes: BigInt(body.size), expires },
      }),
    );
    const headers = {
      "content-type": "application/octet-stream",
      "x-openledger-sha256": sha256,
      "x-openledger-signer": account.address,
      "x-openledger-expires": String(expires),
      "x-openledger-signature": signature,
    };
    const timeoutMs = TIMEOUT_MS + Math.ceil((body.size / LEAST_BYTES_PER_SECOND) * 1_000);
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(timeoutMs)]);
    let refusal: string | undefined;
    try {
      const response = await fetch(`${this.#url}/v1/artifacts`, { method: "POST", headers, body, signal });
      const said = await response.text();
      if (!response.ok) refusal = `answered ${response.status} to an artifact: ${said.slice(0, 300)}`;
    } catch (error) {
      this.#signal.throwIfAborted();
      refusal = `took no artifact: ${(error as Error).message}`;
    }
    if (refusal !== undefined) throw new ContentUnavailableError(`The gateway ${refusal}`);
  }
}

function sha256Of(hash: Hash): Hex {
  return `0x${hash.digest("hex")}`;
}
