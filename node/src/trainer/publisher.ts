import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
    await this.#send(reportBytes(report));
    return report;
  }

  async #upload(path: string, expected?: Hex): Promise<string> {
    const bytes = await readFile(path);
    const digest = digestOf(bytes);
    if (expected !== undefined && digest !== expected)
      throw new Error(`${path} has the sha256 ${digest}, not ${expected}.`);
    await this.#send(bytes);
    return cidOfFile(path, bytes.length, digest);
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const sha256 = digestOf(bytes);
    const expires = (await this.#chain.now()) + SIGNATURE_SECONDS;
    const { account, chainId, addresses } = this.#chain;
    const signature = await account.signTypedData(
      artifactTypedData({
        chainId,
        training: addresses.training,
        artifact: { sha256, sizeBytes: BigInt(bytes.length), expires },
      }),
    );
    const response = await fetch(`${this.#url}/v1/artifacts`, {
      method: "POST",
      headers: {
        "content-type": "application/octet-stream",
        "x-openledger-sha256": sha256,
        "x-openledger-signer": account.address,
        "x-openledger-expires": String(expires),
        "x-openledger-signature": signature,
      },
      body: bytes as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) {
      const said = (await response.text()).slice(0, 300);
      throw new ContentUnavailableError(`The gateway answered ${response.status} to an artifact: ${said}`);
    }
    await response.body?.cancel();
  }
}

function digestOf(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}
