import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { type JobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import type { Report } from "@openledger/sdk/report";
import type { Address } from "viem";
import type { TrainingResult } from "../trainer/runStore.ts";
import { WEIGHTS_FILE } from "../worker/adapterFolder.ts";
import { sha256 } from "./testFiles.ts";

/** Serves published bytes by their CID, as a gateway does. */
export class Shelf {
  /** Bytes by their CID; a test may take some away. */
  readonly blocks = new Map<string, Uint8Array>();
  readonly #server = createServer((request, response) => {
    const block = this.blocks.get(request.url?.split("/").at(-1)?.replace("?format=raw", "") ?? "");
    response.statusCode = block === undefined ? 404 : 200;
    response.end(block);
  });

  /** @returns its URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @returns the CID by which the bytes are served. */
  publish(bytes: Uint8Array): string {
    const cid = cidOfDigest(sha256(bytes));
    this.blocks.set(cid, bytes);
    return cid;
  }

  stop(): void {
    this.#server.close();
  }
}

/** Publish what a run made and say so, as a trainer's node does. */
export function publishRun(
  shelf: Shelf,
  result: TrainingResult,
  of: { chainId: number; training: Address; job: number; trainer: Address; spec: JobSpec },
): Report {
  const { spec, ...where } = of;
  const publish = (path: string) => shelf.publish(readFileSync(path));
  shelf.publish(jobSpecBytes(spec));
  return {
    version: 2,
    ...where,
    specDigest: jobSpecDigest(spec),
    baseDigest: spec.base.baseDigest,
    recipe: result.recipe,
    adapterCid: publish(join(result.adapterPath, WEIGHTS_FILE)),
    adapterDigest: result.adapterDigest,
    transcriptCid: publish(result.transcriptPath),
    transcriptHead: result.transcriptHead,
    lossBeforeMicronats: result.lossBeforeMicronats,
    lossAfterMicronats: result.lossAfterMicronats,
    tokens: result.tokens,
    steps: result.steps,
    keptStep: result.keptStep,
    ended: result.ended,
    attribution: null,
    checkpoints: result.checkpoints.map(({ path, ...rest }) => ({ ...rest, cid: publish(path) })),
    environment: {},
  };
}
