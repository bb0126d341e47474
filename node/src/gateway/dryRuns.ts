import type { Datanet } from "@openledger/sdk/client/readDatanet";
import { readVaultAccount } from "@openledger/sdk/client/readMoney";
import { readSubmissionLimits } from "@openledger/sdk/client/readParameters";
import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { QuotaLeft } from "@openledger/sdk/quota";
import type { Reason } from "@openledger/sdk/reasons";
import {
  DEFAULT_SIGNATURE_SECONDS,
  type PreparedSubmission,
  prepareSubmission,
  rootOfSubmission,
} from "@openledger/sdk/submission";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import { dryRun } from "../chain/dryRun.ts";
import { requireContributor, requireOpenDatanet } from "./datanets.ts";
import type { GatewayParts } from "./parts.ts";
import { quotaOf } from "./quota.ts";
import type { Inspected } from "./stagedStore.ts";
import { submitCall } from "./submitCall.ts";
import { reasonFor, type Uploads } from "./uploads.ts";

/** What a contributor wants to submit. */
export interface DryRunRequest {
  datanet: number;
  contributor: Address;
  files: { name: string; sha256: Hex }[];
  /** That the contributor is on the Datanet's list, where it has one. */
  listProof?: readonly Hex[] | undefined;
  /** The address that the request came from. */
  ip: string;
}

/** What would become of one file. */
export interface DryRunFile {
  name: string;
  sha256: Hex;
  ok: boolean;
  reason?: Reason;
  /** The submission that brought the same file before. */
  duplicateOf?: Hex;
}

/** What would become of a submission; with what to sign when every file is good. */
export interface DryRun extends Partial<PreparedSubmission> {
  ok: boolean;
  files: DryRunFile[];
  quota: QuotaLeft;
  expectedRewardWei: bigint;
  /** Who will pay for the transaction. */
  gas?: GasPayment;
  /** The key that the chain will keep the submission under. */
  root?: Hex;
}

/** The reward that a dry run foresees counts every file as good: two points. The verdict may give none to three. */
const EXPECTED_POINTS = 2n;
const HIGHEST_POINTS = 3n;

/** Rehearses submissions: everything is checked that can be, and nothing is spent or kept. */
export class DryRuns {
  readonly #parts: GatewayParts;
  readonly #uploads: Uploads;

  constructor(parts: GatewayParts, uploads: Uploads) {
    this.#parts = parts;
    this.#uploads = uploads;
  }

  async run(request: DryRunRequest): Promise<DryRun> {
    const { chain } = this.#parts;
    const { contributor, datanet } = request;
    await requireFileCount(this.#parts, request.files.length);
    const target = await requireOpenDatanet(chain, datanet);
    await requireContributor(chain, target, contributor, request.listProof ?? []);
    const inspected = await Promise.all(request.files.map((file) => this.#staged(contributor, target, file)));
    const quota = await quotaOf(this.#parts, contributor);
    const files = this.#judge(request, inspected, quota);
    const good = files.filter((file) => file.ok).length;
    const answer: DryRun = {
      ok: good === files.length,
      files,
      quota,
      expectedRewardWei: BigInt(good) * EXPECTED_POINTS * target.rewardWei,
    };
    if (!answer.ok) return answer;
    await requireMoney(this.#parts, target, files.length);
    const licence = await this.#parts.licences.of(datanet, target.terms);
    if (licence === undefined) throw termsUnknown(target);
    const prepared = prepareSubmission({
      chainId: chain.chainId,
      datanets: chain.addresses.datanets,
      datanet,
      contributor,
      terms: target.terms,
      licence,
      files: inspected.map(({ mediaType, sizeBytes, sha256, cid }, index) => ({
        name: request.files[index]?.name ?? "",
        mediaType,
        sizeBytes,
        sha256,
        cid,
      })),
      deadline: (await chain.now()) + DEFAULT_SIGNATURE_SECONDS,
    });
    const gas = await this.#payment(request, prepared.submission);
    return { ...answer, ...prepared, gas, root: rootOfSubmission(prepared.submission) };
  }

  /** Who would pay now. Tried as the contributor's own transaction, which needs no signature. */
  async #payment(request: DryRunRequest, submission: Submission): Promise<GasPayment> {
    const { chain, payments } = this.#parts;
    const { contributor, listProof = [], ip } = request;
    const gas = await dryRun(chain.client, {
      account: contributor,
      ...submitCall(chain, submission, "0x", listProof),
      value: 0n,
    });
    return payments.offer({ contributor, ip }, gas);
  }

  async #staged(
    contributor: Address,
    target: Datanet,
    file: { name: string; sha256: Hex },
  ): Promise<Inspected> {
    const inspected = await this.#uploads.find(contributor, target.pool, file.name, file.sha256);
    if (inspected !== undefined) return inspected;
    throw notUploaded(file);
  }

  /** Content first, then duplicates, then the quota, which only files that are good so far use up. */
  #judge({ datanet, files }: DryRunRequest, inspected: Inspected[], quota: QuotaLeft): DryRunFile[] {
    const seen = new Set<Hex>();
    let filesLeft = quota.filesLeft;
    let bytesLeft = quota.bytesLeft;
    return files.map(({ name, sha256 }, index): DryRunFile => {
      const { reason, detail, sizeBytes } = inspected[index] as Inspected;
      const refuse = (why: Reason, duplicateOf?: Hex): DryRunFile => ({
        name,
        sha256,
        ok: false,
        reason: why,
        ...(duplicateOf === undefined ? {} : { duplicateOf }),
      });
      if (reason !== undefined) return refuse(reasonFor(reason, detail));
      if (seen.has(sha256)) return refuse(reasonFor("exact-duplicate", "It stands in this list twice."));
      const earlier = this.#parts.contributed.duplicateOf(datanet, sha256);
      if (earlier !== undefined) return refuse(reasonFor("exact-duplicate"), earlier);
      if (filesLeft < 1) return refuse(reasonFor("quota-files"));
      if (bytesLeft < sizeBytes) {
        return refuse(reasonFor("quota-bytes", `It has ${sizeBytes} bytes, and ${bytesLeft} are left.`));
      }
      seen.add(sha256);
      filesLeft -= 1;
      bytesLeft -= sizeBytes;
      return { name, sha256, ok: true };
    });
  }
}

/** @throws HttpRefusal when there are more files than a submission may hold. */
export async function requireFileCount({ chain }: Pick<GatewayParts, "chain">, files: number): Promise<void> {
  const { filesPerSubmission } = await readSubmissionLimits(chain.client, { addresses: chain.addresses });
  if (files > filesPerSubmission) {
    throw HttpRefusal.because(
      413,
      "too-many-files",
      `There are ${files}, and ${filesPerSubmission} may be sent at once.`,
    );
  }
}

/** @throws HttpRefusal when the Datanet cannot pay for the files, whatever their grades. */
async function requireMoney(
  { chain }: Pick<GatewayParts, "chain">,
  target: Datanet,
  files: number,
): Promise<void> {
  const { availableWei } = await readVaultAccount(chain.client, {
    addresses: chain.addresses,
    controller: chain.addresses.datanets,
    id: target.datanet,
  });
  const neededWei = BigInt(files) * (HIGHEST_POINTS * target.rewardWei + target.feeWei);
  if (availableWei >= neededWei) return;
  throw new HttpRefusal(409, {
    code: "InsufficientAvailable",
    sentence: `Datanet ${target.datanet} cannot pay for ${files} more files: ${availableWei} wei of OPEN are available, and ${neededWei} have to be reserved.`,
    next: "Send fewer files, choose another Datanet, or wait until somebody adds money to this one.",
  });
}

/** The refusal while the node has not told of the terms that a Datanet has now. */
export function termsUnknown({ datanet, terms }: Pick<Datanet, "datanet" | "terms">): HttpRefusal {
  return new HttpRefusal(503, {
    code: "terms-unknown",
    sentence: `The chain node does not tell of the terms number ${terms} of Datanet ${datanet} yet.`,
    next: "Try again in a few seconds.",
  });
}

/** The refusal for a file that is not in staging. */
export function notUploaded({ name, sha256 }: { name: string; sha256: Hex }): HttpRefusal {
  return new HttpRefusal(409, {
    code: "not-uploaded",
    sentence: `The file ${name} (sha256 ${sha256}) is not here: it was not uploaded by this address, or too long ago.`,
    next: "Upload it again.",
  });
}
