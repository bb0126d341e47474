import type { Datanet } from "@openledger/sdk/client/readDatanet";
import { readVaultAccount } from "@openledger/sdk/client/readMoney";
import { readSubmissionLimits } from "@openledger/sdk/client/readParameters";
import type { GasPayment } from "@openledger/sdk/gasPayment";
import type { Grade } from "@openledger/sdk/grades";
import type { QuotaLeft } from "@openledger/sdk/quota";
import { type Reason, type ReasonKey, reasonOf } from "@openledger/sdk/reasons";
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
import type { Repeated } from "./copies/foresight.ts";
import { requireContributor, requireOpenDatanet } from "./datanets.ts";
import type { GatewayParts } from "./parts.ts";
import { quotaOf } from "./quota.ts";
import { submitCall } from "./submitCall.ts";
import { type ExaminedFile, reasonFor, type Uploads } from "./uploads.ts";

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

/** An earlier file that a file repeats, and where it was given. */
export interface RepeatedFile extends Repeated {
  datanet?: number;
}

/** What would become of one file. */
export interface DryRunFile {
  name: string;
  sha256: Hex;
  sizeBytes: number;
  mediaType: string;
  /** Whether it may be submitted. */
  ok: boolean;
  /** Why it may not: something that is certain. */
  reason?: Reason;
  /** Why validators would probably reject it. It may be submitted all the same, and uses up quota then. */
  warning?: Reason;
  /** What it repeats. */
  duplicate?: RepeatedFile;
  /** The grade that this gateway's own checks give it; the committee decides. */
  likelyGrade?: Grade;
}

/** What the files that may be submitted would earn. The fee is the Datanet's matter, not the contributor's. */
interface ExpectedReward {
  /** For one point; a file's points are its grade, at most three. */
  perPointWei: bigint;
  /** If every file gets its likely grade. */
  likelyWei: bigint;
  /** If every file is graded excellent. */
  mostWei: bigint;
}

/** What would become of a submission; with what to sign when every file may be submitted. */
export interface DryRun extends Partial<PreparedSubmission> {
  ok: boolean;
  files: DryRunFile[];
  quota: QuotaLeft;
  reward: ExpectedReward;
  /** Who will pay for the transaction. */
  gas?: GasPayment;
  /** The key that the chain will keep the submission under. */
  root?: Hex;
}

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
    const examined = await Promise.all(request.files.map((file) => this.#staged(contributor, target, file)));
    const [quota, repeated] = await Promise.all([
      quotaOf(this.#parts, contributor),
      this.#repeated(target, examined),
    ]);
    const files = this.#judge(target, contributor, examined, quota, repeated);
    const answer: DryRun = {
      ok: files.every(({ ok }) => ok),
      files,
      quota,
      reward: rewardOf(files, target.rewardWei),
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
      files: examined.map(({ name, inspection: { mediaType }, sizeBytes, sha256, cid }) => ({
        name,
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
  ): Promise<ExaminedFile> {
    const examined = await this.#uploads.find(contributor, target, file.name, file.sha256);
    if (examined !== undefined) return examined;
    throw notUploaded(file);
  }

  #repeated(
    { datanet, pool }: Datanet,
    examined: readonly ExaminedFile[],
  ): Promise<(Repeated | undefined)[]> {
    const files = examined.map(({ name, sha256, opinion, fingerprint }) => ({
      name,
      sha256,
      opinion,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    }));
    return this.#parts.copies.repeated({ target: { datanet, pool }, files });
  }

  /**
   * What is certain refuses a file: its content, then exact duplicates, then the quota, which only files that may be
   * submitted so far use up. What validators will probably think of it is a warning.
   */
  #judge(
    { pool }: Datanet,
    contributor: Address,
    examined: readonly ExaminedFile[],
    quota: QuotaLeft,
    repeated: readonly (Repeated | undefined)[],
  ): DryRunFile[] {
    const places = new Map<Hex, number>();
    let { filesLeft, bytesLeft } = quota;
    return examined.map((file, index): DryRunFile => {
      const { inspection, opinion, name, sha256, sizeBytes } = file;
      const { mediaType, reason, detail } = inspection;
      const facts = { name, sha256, sizeBytes, mediaType };
      const refuse = (why: Reason, duplicate?: RepeatedFile): DryRunFile => ({
        ...facts,
        ok: false,
        reason: why,
        ...(duplicate === undefined ? {} : { duplicate }),
      });
      if (reason !== undefined) return refuse(reasonFor(reason, detail));
      const first = places.get(sha256);
      if (first !== undefined) {
        const twin = { exact: true, percent: 100, index: first, name: examined[first]?.name ?? "" };
        return refuse(reasonFor("exact-duplicate", `It is ${twin.name} of this list.`), twin);
      }
      const earlier = this.#parts.contributed.duplicateOf(pool, sha256, contributor);
      if (earlier !== undefined) {
        const duplicate = { ...earlier, exact: true, percent: 100 };
        return refuse(reasonFor("exact-duplicate", placeOf(duplicate)), duplicate);
      }
      if (filesLeft < 1) return refuse(reasonFor("quota-files"));
      if (bytesLeft < sizeBytes) {
        return refuse(reasonFor("quota-bytes", `It has ${sizeBytes} bytes, and ${bytesLeft} are left.`));
      }
      places.set(sha256, index);
      filesLeft -= 1;
      bytesLeft -= sizeBytes;
      if (opinion.reason !== undefined) {
        return { ...facts, ok: true, warning: objection(opinion.reason, opinion.why), likelyGrade: 0 };
      }
      const near = repeated[index];
      if (near === undefined) return { ...facts, ok: true, likelyGrade: opinion.grade };
      const duplicate = this.#withDatanet(near);
      const likeness = `It is ${near.percent} % like ${placeOf(duplicate)}`;
      const why = reasonFor(near.exact ? "exact-duplicate" : "near-duplicate", likeness);
      // What stands in the list is compared with what the contributor has at hand.
      const warning = near.root === undefined ? { ...why, next: "Keep one of the two." } : why;
      return { ...facts, ok: true, warning, duplicate, likelyGrade: 0 };
    });
  }

  #withDatanet(repeated: Repeated): RepeatedFile {
    if (repeated.root === undefined) return repeated;
    const mined = this.#parts.contributed.minedOf(repeated.root);
    return mined === undefined ? repeated : { ...repeated, datanet: mined.datanet };
  }
}

/** What a check found, once: its words often begin as the reason does. */
function objection(key: ReasonKey, why: string): Reason {
  const reason = reasonOf(key);
  const opening = reason.sentence.split(/[:.]/)[0] ?? "";
  return why.startsWith(opening)
    ? { ...reason, sentence: `${why.replace(/\.?$/, "")}.` }
    : reasonFor(key, why);
}

function placeOf({ root, index, name, datanet }: RepeatedFile): string {
  if (root === undefined) return `file ${index + 1} ("${name}") of this list.`;
  const where = datanet === undefined ? "" : ` of Datanet ${datanet}`;
  return `file ${index + 1} ("${name}") of submission ${root}${where}.`;
}

function rewardOf(files: readonly DryRunFile[], perPointWei: bigint): ExpectedReward {
  const taken = files.filter(({ ok }) => ok);
  const points = taken.reduce((sum, { likelyGrade = 0 }) => sum + likelyGrade, 0);
  return {
    perPointWei,
    likelyWei: BigInt(points) * perPointWei,
    mostWei: BigInt(taken.length) * HIGHEST_POINTS * perPointWei,
  };
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
