import type { GasPayment } from "@openledger/sdk/gasPayment";
import { parseManifest } from "@openledger/sdk/manifest";
import type { Submission } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { type Quota, toQuota } from "./account.ts";
import type { Prepared } from "./contribution.ts";
import { postJson } from "./gateway.ts";
import type { Reason } from "./submissions.ts";

/** What a dry run is asked about. */
export type DryRunRequest = {
  datanet: number;
  contributor: Address;
  files: { name: string; sha256: Hex }[];
};

/** What a dry run says of one file. */
type DryRunFile = {
  name: string;
  sha256: Hex;
  /** Whether it may be submitted. */
  ok: boolean;
  /** Why it may not. */
  reason?: Reason;
  /** Why validators would probably reject it; it may be submitted all the same. */
  warning?: Reason;
  duplicate?: Duplicate;
  /** 0 to 3, as the gateway's own checks see it. */
  likelyGrade?: number;
};

/** The earlier file that a file repeats. Without a root it stands in the same list. */
export type Duplicate = {
  exact: boolean;
  percent: number;
  root?: Hex;
  index: number;
  name: string;
  datanet?: number;
};

/** What the files that may be submitted would earn, in wei of OPEN. */
export type Reward = { perPointWei: bigint; likelyWei: bigint; mostWei: bigint };

type Answer = {
  ok: boolean;
  files: DryRunFile[];
  quota?: Record<keyof Quota, number | string>;
  reward?: Record<keyof Reward, string>;
  gas?: GasPayment;
  manifest?: unknown;
  submission?: Record<string, unknown>;
};

/** A dry run's outcome: every file's answer, and what to sign for those that may go on. */
export type DryRun = { files: DryRunFile[]; quota?: Quota; prepared?: Prepared };

/**
 * Ask the gateway what would happen, without spending anything. Where it refuses some files, ask again for the rest,
 * so that one bad file never holds back the good ones.
 */
export async function dryRun(request: DryRunRequest, signal: AbortSignal): Promise<DryRun> {
  const answer = await postJson<Answer>("/v1/dry-runs", request, signal);
  const quota = answer.quota ? { quota: toQuota(answer.quota) } : {};
  const prepared = preparedOf(answer);
  const good = answer.files.filter(({ ok }) => ok);
  if (prepared && prepared.manifest.files.length === good.length)
    return { files: answer.files, ...quota, prepared };
  if (good.length === 0 || good.length === request.files.length) return { files: answer.files, ...quota };
  const rest = await dryRun(
    { ...request, files: good.map(({ name, sha256 }) => ({ name, sha256 })) },
    signal,
  );
  const refused = answer.files.filter(({ ok }) => !ok);
  return { ...rest, files: [...refused, ...rest.files] };
}

function preparedOf({ manifest, submission, reward, gas }: Answer): Prepared | undefined {
  if (!manifest || !submission) return undefined;
  return {
    manifest: parseManifest(manifest),
    submission: submissionOf(submission),
    reward: {
      perPointWei: BigInt(reward?.perPointWei ?? 0),
      likelyWei: BigInt(reward?.likelyWei ?? 0),
      mostWei: BigInt(reward?.mostWei ?? 0),
    },
    ...(gas ? { gas } : {}),
  };
}

/** The EIP-712 message from JSON, where numbers may be decimal strings. */
function submissionOf(json: Record<string, unknown>): Submission {
  return {
    contributor: json.contributor as Address,
    datanet: Number(json.datanet),
    files: Number(json.files),
    sizeBytes: Number(json.sizeBytes),
    terms: Number(json.terms),
    leavesRoot: json.leavesRoot as Hex,
    manifestDigest: json.manifestDigest as Hex,
    deadline: Number(json.deadline),
  };
}
