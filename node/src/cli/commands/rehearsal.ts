import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readDatanet, readTerms, type Terms } from "@openledger/sdk/client/readDatanet";
import { readIdentity } from "@openledger/sdk/client/rotateKey";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { formatEther, type Hex } from "viem";
import { UserError } from "../../app/errors.ts";
import type { BegunUploads } from "../begunUploads.ts";
import type { CheckedFile, DryRunAnswer } from "../gatewayApi.ts";
import { readListProof } from "../listProof.ts";
import type { Session } from "../session.ts";
import { type LocalFile, Uploading } from "../uploading.ts";

/** What is to be known of a file before it is sent. @throws UserError when there is none. */
export async function readLocal(path: string): Promise<LocalFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new UserError({ code: "no-file", sentence: `${path} is no file.`, next: "Check the path." });
  }
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { path, name: basename(path), sizeBytes, sha256: `0x${hash.digest("hex")}` };
}

/** What became of the files in a dry run. */
export interface Rehearsal {
  run: DryRunAnswer;
  sending: LocalFile[];
  refused: CheckedFile[];
  terms: Terms;
  listProof: readonly Hex[];
}

/** Uploads, and tries the submission with those files that are not refused. */
export async function rehearse(
  session: Session,
  files: readonly LocalFile[],
  begun: BegunUploads,
  { datanet, listProof: listFile }: { datanet: number; listProof?: string },
): Promise<Rehearsal> {
  const { client, addresses } = await session.connection();
  const { gateway } = session;
  const contributor = (await session.account()).address;
  const { terms: number, listRoot } = await readDatanet(client, { addresses, datanet });
  const { identity } = await readIdentity(client, { addresses, key: contributor });
  const listProof = await readListProof(listFile === undefined ? undefined : session.path(listFile), {
    datanet,
    listRoot,
    keys: [contributor, identity],
  });
  const terms = await readTerms(client, {
    addresses,
    datanet,
    terms: number,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  });
  if (terms === undefined)
    throw new Error(`The chain does not tell the terms ${number} of Datanet ${datanet}.`);
  const refused: CheckedFile[] = [];
  let sending: LocalFile[] = [];
  const uploading = new Uploading({
    ...{ gateway, datanet, contributor, begun, signal: session.io.signal },
    onProgress: ({ name, sizeBytes }, sentBytes) =>
      session.io.passing(
        `${name}: ${sentBytes} of ${sizeBytes} bytes (${percentOf(sentBytes, sizeBytes)} %)`,
      ),
    onLost: ({ name }, waitMs) =>
      session.progress(`${name}: the connection was lost; going on in ${waitMs / 1000} s …`),
  });
  for (const [index, file] of files.entries()) {
    session.progress(`uploading ${index + 1} of ${files.length}: ${file.name} (${file.sizeBytes} bytes) …`);
    const uploaded = await uploading.upload(file);
    if (uploaded.ok) sending.push(file);
    else refused.push(uploaded);
  }
  const request = () => ({
    datanet,
    contributor,
    files: sending.map(({ name, sha256 }) => ({ name, sha256 })),
    ...(listProof.length === 0 ? {} : { listProof }),
  });
  requireSome(sending, refused);
  let run = await gateway.dryRun(request());
  const bad = run.files.filter(({ ok }) => !ok);
  if (bad.length > 0) {
    refused.push(...bad);
    const good = run.files.flatMap(({ ok }, index) => (ok ? [index] : []));
    sending = good.flatMap((index) => sending[index] ?? []);
    requireSome(sending, refused);
    run = await gateway.dryRun(request());
  }
  return { run, sending, refused, terms, listProof };
}

/** Nothing of an empty file is all of it. */
function percentOf(sentBytes: number, sizeBytes: number): number {
  return sizeBytes === 0 ? 100 : Math.floor((100 * sentBytes) / sizeBytes);
}

function requireSome(sending: readonly LocalFile[], refused: readonly CheckedFile[]): void {
  if (sending.length > 0) return;
  const [first] = refused;
  throw new UserError({
    code: first?.reason?.key ?? "files-refused",
    sentence: `Every file would be refused. ${first?.name}: ${first?.reason?.sentence ?? "refused"}`,
    next: first?.reason?.next ?? "Correct the files.",
  });
}

/** What a dry run found, for people. */
export function rehearsalLines(run: DryRunAnswer, refused: readonly CheckedFile[], terms: Terms): string[] {
  const { gas, quota } = run;
  const payer =
    gas === undefined
      ? []
      : [
          `the transaction costs about ${formatEther(BigInt(gas.feeWei))} of the chain's coin, paid by the ${gas.paidBy}${gas.reason === undefined ? "" : `: ${gas.reason.sentence}`}`,
        ];
  return [
    ...run.files.map(
      ({ name, ok, reason, warning = reason }) =>
        `${ok ? (warning === undefined ? "ok     " : "warning") : "refused"} ${name}${warning === undefined ? "" : `: ${warning.sentence} ${warning.next}`}`,
    ),
    ...refused
      .filter(({ name }) => !run.files.some((file) => file.name === name))
      .map(
        ({ name, reason, duplicate }) =>
          `refused ${name}: ${reason?.sentence ?? ""} ${reason?.next ?? ""}${duplicate?.root === undefined ? "" : ` (${duplicate.root})`}`,
      ),
    `licence ${terms.licence}; reward ${formatOpenAmount(BigInt(run.reward.likelyWei))} if the committee sees the files as this dry run does, at most ${formatOpenAmount(BigInt(run.reward.mostWei))}`,
    `left today: ${quota.filesLeft} files and ${quota.bytesLeft} bytes, until ${new Date(quota.resetsAt * 1000).toISOString()}`,
    ...payer,
  ];
}
