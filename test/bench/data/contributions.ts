import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { type Manifest, manifestBytes, manifestCid } from "@openledger/sdk/manifest";
import { submissionTypedData } from "@openledger/sdk/typedData";
import type { Hex } from "viem";
import type { Contributor } from "./contributors.ts";
import type { Requests, UploadedFile } from "./requests.ts";
import type { Stage } from "./stage.ts";

/** A submission that the gateway took. */
export interface Handed {
  contributor: Contributor;
  manifest: Manifest;
  root: Hex;
}

/** Uploads a contributor's files in one form. */
export async function uploadAll(requests: Requests, contributor: Contributor): Promise<UploadedFile[]> {
  const { account, datanet, files } = contributor;
  const answer = await requests.upload(account.address, datanet, files);
  requireGood(contributor, answer.files);
  return answer.files;
}

/** Rehearses, signs and hands in what was uploaded. */
export async function handIn(
  requests: Requests,
  { chainId, addresses }: Pick<Stage, "chainId" | "addresses">,
  contributor: Contributor,
  uploaded: UploadedFile[],
): Promise<Handed> {
  const { account, datanet } = contributor;
  const names = uploaded.map(({ name, sha256 }) => ({ name, sha256 }));
  const rehearsal = await requests.dryRun(account.address, datanet, names);
  requireGood(contributor, rehearsal.files);
  const { manifest, submission } = rehearsal;
  if (manifest === undefined || submission === undefined)
    throw new Error("The dry run prepared nothing to sign.");
  const signature = await account.signTypedData(
    submissionTypedData({ chainId, datanets: addresses.datanets, submission }),
  );
  const { root } = await requests.submit(manifest, submission, signature);
  return { contributor, manifest, root };
}

function requireGood({ account, files }: Contributor, told: UploadedFile[]): void {
  if (told.length !== files.length) {
    throw new Error(`${account.address} sent ${files.length} files, and the answer tells of ${told.length}.`);
  }
  const bad = told.find(({ ok }) => !ok);
  if (bad !== undefined)
    throw new Error(`${bad.name} of ${account.address} was refused: ${bad.reason?.sentence}`);
}

/** What is wrong with what came of submissions. */
export interface Losses {
  /** Files that cannot be fetched, or with other bytes than were sent. */
  lost: number;
  /** Submissions that stand on the chain more than once. */
  doubled: number;
  /** A sentence on each of both. */
  details: string[];
}

/** Compares the chain's events with what was handed in: each submission once. */
export async function compareWithChain(stage: Stage, handed: readonly Handed[]): Promise<Losses> {
  const { client, addresses } = stage;
  const logs = await client.getContractEvents({
    address: addresses.datanets,
    abi: datanetsAbi,
    eventName: "Submitted",
    fromBlock: BigInt(addresses.deploymentBlock),
    strict: true,
  });
  const times = new Map<Hex, number>();
  for (const { args } of logs) times.set(args.root, (times.get(args.root) ?? 0) + 1);
  const losses: Losses = { lost: 0, doubled: 0, details: [] };
  for (const { root, contributor } of handed) {
    const count = times.get(root) ?? 0;
    times.delete(root);
    if (count === 1) continue;
    if (count === 0) losses.lost += contributor.files.length;
    else losses.doubled += 1;
    losses.details.push(`Submission ${root} stands on the chain ${count} times.`);
  }
  for (const root of times.keys()) {
    losses.doubled += 1;
    losses.details.push(`Submission ${root} stands on the chain, and nobody handed it in.`);
  }
  return losses;
}

/** Fetches a submission's manifest and files and compares them with what was sent, byte by byte. */
export async function compareContent(
  requests: Pick<Requests, "content">,
  { manifest, contributor, root }: Handed,
): Promise<Losses> {
  const losses: Losses = { lost: 0, doubled: 0, details: [] };
  const isSame = async (what: string, cid: string, expected: Uint8Array) => {
    const found = await requests.content(cid).catch((error: Error) => error);
    if (!(found instanceof Error) && Buffer.from(found).equals(expected)) return;
    losses.lost += 1;
    losses.details.push(
      `${what} of submission ${root}: ${found instanceof Error ? found.message : `${found.length} other bytes came`}.`,
    );
  };
  await isSame("The manifest", manifestCid(manifest), manifestBytes(manifest));
  for (const [index, { name, bytes }] of contributor.files.entries()) {
    const declared = manifest.files[index];
    // Every file here is a single block, so that its CID follows from its digest.
    if (declared === undefined || declared.cid !== cidOfDigest(declared.sha256)) {
      losses.lost += 1;
      losses.details.push(`${name} does not stand in the manifest of submission ${root}.`);
      continue;
    }
    await isSame(name, declared.cid, bytes);
  }
  return losses;
}

/** The sum of losses. */
export function sumLosses(all: readonly Losses[]): Losses {
  return {
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
    details: all.flatMap(({ details }) => details),
  };
}
