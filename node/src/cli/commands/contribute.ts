import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readSubmission } from "@openledger/sdk/client/readSubmission";
import {
  checkPreparedSubmission,
  DEFAULT_SIGNATURE_SECONDS,
  type PreparedSubmission,
  rootOfSubmission,
  typedDataOf,
} from "@openledger/sdk/submission";
import { formatEther, type Hex } from "viem";
import { UserError } from "../../app/errors.ts";
import { submitCall } from "../../gateway/submitCall.ts";
import { BegunUploads } from "../begunUploads.ts";
import type { DryRunAnswer } from "../gatewayApi.ts";
import type { Answer } from "../io.ts";
import { SavedContributions, type SignedContribution } from "../savedContributions.ts";
import type { Session } from "../session.ts";
import type { Sent } from "../wallet.ts";
import { readLocal, rehearsalLines, rehearse } from "./rehearsal.ts";
import { transactionLines } from "./stake.ts";
import { submissionStatus } from "./status.ts";

/** Seconds by which a gateway's clock, which is the chain's, may be ahead of the last block. */
const CLOCK_SLACK_SECONDS = 120;
const FOLLOW_MS = 1_000;

/** What `contribute` is asked for. */
export interface ContributeOptions {
  datanet: number;
  /** Send and pay the transaction oneself. */
  pay?: boolean;
  /** Stop after the dry run. */
  dryRun?: boolean;
  /** Leave refused files out instead of stopping. */
  skipRefused?: boolean;
  /** A file with the Datanet's list of contributors, or the proof that one is on it. */
  listProof?: string;
  /** Wait for the verdict. */
  follow?: boolean;
}

/** Uploads files, shows what would become of them, signs, and has the submission sent, or sends it. */
export async function contribute(
  session: Session,
  paths: readonly string[],
  options: ContributeOptions,
): Promise<Answer> {
  const { client, addresses, chainId } = await session.connection();
  const contributor = (await session.account()).address;
  const files = await Promise.all(paths.map((path) => readLocal(session.path(path))));
  const wallet = await session.wallet();
  const saved = new SavedContributions(wallet.database);
  const begun = new BegunUploads(wallet.database);
  const key = saved.keyOf(options.datanet, files);
  const told = () => {
    saved.remove(key);
    begun.forget(files.map(({ sha256 }) => sha256));
  };
  const earlier = saved.find(key);
  if (earlier !== undefined) {
    const root = rootOfSubmission(earlier.prepared.submission);
    const isMined = (await readSubmission(client, { addresses, root })) !== undefined;
    if (isMined || earlier.prepared.submission.deadline > (await readChainTime(client)).seconds) {
      session.progress(`These files were signed before as ${root}: going on with that submission.`);
      const sent = isMined ? [] : await handIn(session, earlier, options);
      return tell(session, root, sent, options, told);
    }
    saved.remove(key);
  }

  const { run, sending, refused, terms, listProof } = await rehearse(session, files, begun, options);
  for (const line of rehearsalLines(run, refused, terms)) session.progress(line);
  const facts = {
    datanet: options.datanet,
    contributor,
    licence: terms.licence,
    reward: run.reward,
    quota: run.quota,
  };
  const checked = [...refused, ...(run.ok ? run.files : [])];
  if (options.dryRun === true) {
    return {
      json: { ...facts, ok: run.ok && refused.length === 0, files: checked },
      lines: [],
      ok: run.ok && refused.length === 0,
    };
  }
  if (refused.length > 0 && options.skipRefused !== true) {
    throw new UserError({
      code: "files-refused",
      sentence: `${refused.length} of ${files.length} file(s) would be refused: ${refused.map(({ name, reason }) => `${name} (${reason?.key ?? "refused"})`).join(", ")}.`,
      next: "Correct or leave them out, or give --skip-refused. Nothing was submitted and no quota is used.",
    });
  }
  const prepared = preparedOf(run);
  checkPreparedSubmission({
    prepared,
    target: {
      chainId,
      datanets: addresses.datanets,
      datanet: options.datanet,
      contributor,
      terms: terms.terms,
      licence: terms.licence,
    },
    files: sending,
    notAfter: (await readChainTime(client)).seconds + DEFAULT_SIGNATURE_SECONDS + CLOCK_SLACK_SECONDS,
  });
  await session.confirm(
    `Sign ${sending.length} file(s) for Datanet ${options.datanet} under ${terms.licence}${options.pay === true ? ", and pay for the transaction" : ""}?`,
  );
  const signature = await (await session.account()).signTypedData(typedDataOf(prepared));
  const signed = { prepared, signature, listProof };
  // Before anything is sent: a command that is killed from here on goes on with this very submission.
  saved.save(key, signed);
  const sent = await handIn(session, signed, options);
  return tell(session, rootOfSubmission(prepared.submission), sent, options, told);
}

function preparedOf({ manifest, submission, files }: DryRunAnswer): PreparedSubmission {
  if (manifest !== undefined && submission !== undefined) return { manifest, submission };
  const reason = files.find(({ ok }) => !ok)?.reason;
  throw new UserError({
    code: reason?.key ?? "not-prepared",
    sentence: reason?.sentence ?? "The gateway prepared nothing to sign.",
    next: reason?.next ?? "Try again, or ask another gateway with --gateway.",
  });
}

/** Gives a signed submission to the gateway, and sends it when the contributor pays. */
async function handIn(
  session: Session,
  { prepared, signature, listProof }: SignedContribution,
  { pay }: ContributeOptions,
): Promise<Sent[]> {
  const { addresses } = await session.connection();
  const { manifest, submission } = prepared;
  const { gas } = await session.gateway.submit({
    manifest,
    submission,
    signature,
    ...(listProof.length === 0 ? {} : { listProof }),
    ...(pay === true ? { payment: "contributor" } : {}),
  });
  if (gas === undefined || gas.paidBy === "gateway") return [];
  if (pay !== true) {
    await session.confirm(
      `${gas.reason?.sentence ?? "The gateway does not pay."} Pay about ${formatEther(BigInt(gas.feeWei))} of the chain's coin yourself?`,
    );
  }
  const wallet = await session.wallet();
  // The call is made here from what was signed: what the gateway says one should send is not needed.
  const call = submitCall({ addresses }, submission, signature, listProof);
  return [await wallet.send(call, `Submit ${submission.files} file(s) to Datanet ${submission.datanet}`)];
}

/** Waits until the submission is mined, or judged, and tells how it stands. */
async function tell(
  session: Session,
  root: Hex,
  sent: Sent[],
  { follow }: ContributeOptions,
  told: () => void,
): Promise<Answer> {
  const { client, addresses } = await session.connection();
  session.progress(`waiting for ${root} to be mined …`);
  const end = Date.now() + (session.options.wait ?? 120) * 1000;
  let last = "";
  for (;;) {
    session.io.signal.throwIfAborted();
    const submission = await readSubmission(client, { addresses, root });
    if (submission !== undefined && follow !== true) break;
    const answer = await submissionStatus(session, root).catch(() => undefined);
    const state = String((answer?.json as { state?: unknown } | undefined)?.state ?? "received");
    if (state !== last) session.progress(`${root}: ${state}`);
    last = state;
    if (submission === undefined && answer?.ok === false) break;
    if (state === "settled" || state === "finalized") break;
    if (follow !== true && Date.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
  told();
  const status = await submissionStatus(session, root);
  return {
    ...status,
    json: { ...(status.json as object), transactions: sent },
    lines: [...transactionLines(sent), ...status.lines],
  };
}
