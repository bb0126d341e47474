/** The gateway's HTTP API as the demo's people use it. */
import type { Manifest } from "@openledger/sdk/manifest";
import { type Submission, submissionTypedData } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import type { Person } from "../stack/accounts.ts";
import type { DemoFile } from "./files.ts";

/** Why something was refused, in the words that the user sees. */
interface Reason {
  code: number;
  key: string;
  sentence: string;
  next: string;
}

/** A file after upload or dry run. */
export interface CheckedFile {
  name: string;
  sha256: Hex;
  ok: boolean;
  reason?: Reason;
}

interface DryRun {
  ok: boolean;
  files: CheckedFile[];
  quota: { filesLeft: number; bytesLeft: number; resetsAt: number };
  manifest?: Manifest;
  submission?: Submission;
}

/** A submission as the gateway reports it. */
export interface SubmissionStatus {
  root: Hex;
  state: "received" | "signed" | "sent" | "mined" | "judging" | "settled" | "finalized" | "failed";
  docket?: number;
  transaction?: Hex;
  /** Chain time from which on the verdict is final. */
  appealEnds?: number;
  appeal?: { docket: number; level: number; settled: boolean };
  error?: { sentence: string };
  files: { index: number; name: string; grade?: number; reason?: Reason }[];
}

/** A refusal by the gateway, with the sentence that the user sees. */
export class GatewayRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, body: { code?: string; sentence?: string; message?: string }) {
    super(body.sentence ?? body.message ?? `The gateway answered ${status}.`);
    this.status = status;
    this.code = String(body.code ?? status);
  }
}

async function json<Result>(response: Response): Promise<Result> {
  const body = await response.json();
  if (!response.ok) throw new GatewayRefusal(response.status, body);
  return body as Result;
}

/** A contributor's way to a gateway. */
export class GatewayClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async upload(contributor: Address, datanet: number, files: DemoFile[]): Promise<CheckedFile[]> {
    const form = new FormData();
    for (const file of files) form.append("files", new Blob([file.bytes]), file.name);
    const response = await fetch(`${this.#url}/v1/uploads?datanet=${datanet}&contributor=${contributor}`, {
      method: "POST",
      body: form,
    });
    return (await json<{ files: CheckedFile[] }>(response)).files;
  }

  async dryRun(
    contributor: Address,
    datanet: number,
    files: { name: string; sha256: Hex }[],
  ): Promise<DryRun> {
    return json(await this.#post("/v1/dry-runs", { contributor, datanet, files }));
  }

  async submit(manifest: Manifest, submission: Submission, signature: Hex): Promise<{ root: Hex }> {
    return json(await this.#post("/v1/submissions", { manifest, submission, signature }));
  }

  async status(root: Hex): Promise<SubmissionStatus> {
    return json(await fetch(`${this.#url}/v1/submissions/${root}`));
  }

  async storeSpec(spec: unknown): Promise<{ specDigest: Hex; cid: string }> {
    return json(await this.#post("/v1/specs", spec));
  }

  #post(path: string, body: unknown): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }
}

/** What became of the files that somebody dropped. */
export interface Contribution {
  /** The submission's key; absent when no file was left to send. */
  root?: Hex;
  sent: CheckedFile[];
  refused: CheckedFile[];
}

/** Drops files, leaves out what the dry run refuses, signs once and sends. */
export async function contribute(
  gateway: GatewayClient,
  chain: { chainId: number; datanets: Address },
  person: Person,
  datanet: number,
  files: DemoFile[],
  signer: Person = person,
): Promise<Contribution> {
  const contributor = person.account.address;
  const uploaded = await gateway.upload(contributor, datanet, files);
  const refused = uploaded.filter((file) => !file.ok);
  let sent = uploaded.filter((file) => file.ok);
  if (sent.length === 0) return { sent, refused };
  let run = await gateway.dryRun(
    contributor,
    datanet,
    sent.map(({ name, sha256 }) => ({ name, sha256 })),
  );
  if (!run.ok) {
    refused.push(...run.files.filter((file) => !file.ok));
    sent = run.files.filter((file) => file.ok);
    if (sent.length === 0) return { sent, refused };
    run = await gateway.dryRun(
      contributor,
      datanet,
      sent.map(({ name, sha256 }) => ({ name, sha256 })),
    );
  }
  if (!run.manifest || !run.submission)
    throw new Error(`The dry run for ${person.name} prepared nothing to sign.`);
  const signature = await signer.account.signTypedData(
    submissionTypedData({ ...chain, submission: run.submission }),
  );
  const { root } = await gateway.submit(run.manifest, run.submission, signature);
  return { root, sent, refused };
}
