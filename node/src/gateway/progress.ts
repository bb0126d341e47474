import { courtAbi } from "@openledger/sdk/abi/court";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { type Docket, readDocket } from "@openledger/sdk/client/readDocket";
import { readGrades } from "@openledger/sdk/client/readSubmission";
import { gradeAt, unpackReasons } from "@openledger/sdk/grades";
import { mostFrequentReason, type Reason, reasonOfCode } from "@openledger/sdk/reasons";
import type { Hash, Hex } from "viem";
import type { Refusal } from "../app/errors.ts";
import { submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import type { FileVerdict, RelayedSubmission } from "./submissionStore.ts";

/** How far a submission is, from the contributor's side. */
type ProgressState =
  | "received"
  | "signed"
  | "sent"
  | "mined"
  | "judging"
  | "settled"
  | "finalized"
  | "failed";

/** A submission as its contributor follows it. */
export interface Progress {
  root: Hex;
  state: ProgressState;
  transaction?: Hash;
  docket?: number;
  files: {
    index: number;
    name: string;
    mediaType: string;
    sizeBytes: number;
    sha256: Hex;
    cid: string;
    grade?: number;
    reason?: Reason;
  }[];
  error?: Refusal;
}

/** Tells how far a submission is, with grades and reasons once its docket is settled. */
export async function progressOf(parts: GatewayParts, submission: RelayedSubmission): Promise<Progress> {
  const { root, docket, error } = submission;
  const { state, verdict } = await judgementOf(parts, submission);
  const transaction = submission.transaction ?? parts.journal.hashOf(submitKey(root));
  return {
    root,
    state,
    ...(transaction === undefined ? {} : { transaction }),
    ...(docket === undefined ? {} : { docket }),
    files: submission.manifest.files.map(({ name, mediaType, sizeBytes, sha256, cid }, index) => {
      const { grade, reasonCode } = verdict?.[index] ?? {};
      return {
        index,
        name,
        mediaType,
        sizeBytes,
        sha256,
        cid,
        ...(grade === undefined ? {} : { grade }),
        ...(reasonCode === undefined ? {} : { reason: reasonOfCode(reasonCode) }),
      };
    }),
    ...(error === undefined ? {} : { error }),
  };
}

async function judgementOf(
  parts: GatewayParts,
  submission: RelayedSubmission,
): Promise<{ state: ProgressState; verdict?: FileVerdict[] }> {
  const { chain, submissions } = parts;
  if (submission.state === "failed" || submission.state === "mined") return { state: submission.state };
  if (submission.state === "received") return { state: transactionState(parts, submission.root) };
  const saved = submissions.verdictOf(submission.root);
  if (saved !== undefined) return { state: submission.finalized ? "finalized" : "settled", verdict: saved };
  const docket = await readDocket(chain.client, {
    addresses: chain.addresses,
    docket: submission.docket ?? 0,
  });
  if (docket.phase !== "SETTLED") return { state: "judging" };
  const verdict = await readVerdict(parts, submission, docket);
  submissions.saveVerdict(submission.root, verdict);
  return { state: submission.finalized ? "finalized" : "settled", verdict };
}

function transactionState({ journal }: GatewayParts, root: Hex): ProgressState {
  const state = journal.find(submitKey(root))?.state;
  if (state === "signed" || state === "sent") return state;
  return state === "mined" || state === "finalized" ? "sent" : "received";
}

/** The grades, and for each rejected file the reason that most of those who rejected it gave. */
async function readVerdict(
  { chain }: GatewayParts,
  submission: RelayedSubmission,
  docket: Docket,
): Promise<FileVerdict[]> {
  const { addresses, client } = chain;
  const position = submission.position ?? 0;
  const files = submission.manifest.files.length;
  const grades = await readGrades(client, {
    addresses,
    submission: { docket: docket.docket, position, files },
  });
  if (grades.every((grade) => grade > 0)) return grades.map((grade) => ({ grade }));
  const events = {
    address: addresses.court,
    abi: courtAbi,
    args: { docket: docket.docket },
    toBlock: await client.getBlockNumber(),
  } as const;
  const drawn = await eventsInRange(client, {
    ...events,
    eventName: "DocketDrawn",
    fromBlock: BigInt(addresses.deploymentBlock),
  });
  // Votes of a round without a quorum count for nothing.
  const fromBlock =
    drawn.findLast(({ args }) => args.round === docket.round)?.blockNumber ??
    BigInt(addresses.deploymentBlock);
  const votes = await eventsInRange(client, { ...events, eventName: "Revealed", fromBlock });
  return grades.map((grade, index) => {
    if (grade > 0) return { grade };
    const item = position + index;
    const codes = votes
      .filter(({ args }) => gradeAt(args.word, item) === 0)
      .map(({ args }) => unpackReasons(args.word, docket.items, args.reasons).get(item))
      .filter((code) => code !== undefined);
    const reason = mostFrequentReason(codes);
    return reason === undefined ? { grade } : { grade, reasonCode: reason.code };
  });
}
