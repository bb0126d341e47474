import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Manifest } from "@openledger/sdk/manifest";
import { type Submission, submissionTypedData } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import type { DryRun } from "../gateway/dryRuns.ts";
import type { Progress } from "../gateway/progress.ts";
import type { UploadedFile } from "../gateway/uploads.ts";

/** Far above what anything takes on a machine that is not busy. */
const PATIENCE_MILLISECONDS = 90_000;

/** A file that a test uploads. */
export interface TestFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** An answer of the gateway, whatever its status. */
export interface Answer<Body> {
  status: number;
  body: Body & { code?: string; sentence?: string; next?: string };
}

/** The gateway's API as a contributor's program uses it. */
export class GatewayClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  upload(
    contributor: Address,
    datanet: number,
    files: TestFile[],
  ): Promise<Answer<{ files: UploadedFile[] }>> {
    const form = new FormData();
    for (const { name, bytes } of files) form.append("files", new Blob([bytes]), name);
    return this.#ask(`/v1/uploads?datanet=${datanet}&contributor=${contributor}`, {
      method: "POST",
      body: form,
    });
  }

  dryRun(
    contributor: Address,
    datanet: number,
    files: { name: string; sha256: Hex }[],
  ): Promise<Answer<DryRun>> {
    return this.#post("/v1/dry-runs", { contributor, datanet, files });
  }

  /** Uploads files and rehearses their submission. */
  async prepare(contributor: Address, datanet: number, files: TestFile[]) {
    const uploaded = await this.upload(contributor, datanet, files);
    const named = uploaded.body.files.map(({ name, sha256 }) => ({ name, sha256: sha256 as Hex }));
    const { body } = await this.dryRun(contributor, datanet, named);
    if (body.manifest === undefined || body.submission === undefined) {
      throw new Error(`Nothing was prepared: ${JSON.stringify(body)}`);
    }
    return { manifest: body.manifest, submission: body.submission, gas: body.gas };
  }

  submit(
    manifest: Manifest,
    submission: Submission,
    signature: Hex,
    payment?: "gateway" | "contributor",
  ): Promise<Answer<{ root: Hex; state: string; gas?: GasPayment }>> {
    return this.#post("/v1/submissions", { manifest, submission, signature, payment });
  }

  progress(root: Hex): Promise<Answer<Progress>> {
    return this.#ask(`/v1/submissions/${root}`);
  }

  /** Waits until a submission is in one of the states. */
  async reach(root: Hex, ...states: Progress["state"][]): Promise<Progress> {
    for (const end = Date.now() + PATIENCE_MILLISECONDS; Date.now() < end; ) {
      const { body } = await this.progress(root);
      if (states.includes(body.state)) return body;
      if (body.state === "failed") throw new Error(`The submission failed: ${body.error?.sentence}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The submission ${root} did not become ${states.join(" or ")}.`);
  }

  #post<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.#ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async #ask<Body>(path: string, init?: RequestInit): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, body: (await response.json()) as Answer<Body>["body"] };
  }
}

/** A contributor's signature of a submission. */
export function sign(
  account: HDAccount,
  chainId: number,
  datanets: Address,
  submission: Submission,
): Promise<Hex> {
  return account.signTypedData(submissionTypedData({ chainId, datanets, submission }));
}
