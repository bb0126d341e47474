import { readStanding, type Standing } from "@openledger/sdk/client/readAppeal";
import type { GasPayment } from "@openledger/sdk/gasPayment";
import { gradeAt } from "@openledger/sdk/grades";
import { type Reason, type ReasonKey, reasonOf, reasonOfCode } from "@openledger/sdk/reasons";
import type { Hash, Hex } from "viem";
import type { Refusal } from "../app/errors.ts";
import { submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import type { FileVerdict, RelayedSubmission } from "./submissionStore.ts";
import { paymentOf } from "./unpaid.ts";
import { reasonsOf } from "./verdictReasons.ts";

/** How far a submission is, from the contributor's side. */
type ProgressState =
  | "received"
  | "awaiting"
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
  /** Chain time from which on the verdict is final. */
  appealEnds?: number;
  /** The last appeal, of which the grades are the verdict once it is settled. */
  appeal?: { docket: number; level: number; settled: boolean };
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
  /** Who pays for its transaction, while it is not mined. */
  gas?: GasPayment;
  error?: Refusal;
}

/** What became of a submission, as far as it came. */
interface Judgement extends Pick<Progress, "state" | "appealEnds" | "appeal"> {
  verdict?: FileVerdict[];
}

/** What the court's grade and the credited one differ by. */
const COPIED: ReasonKey = "exact-duplicate";

/** Tells how far a submission is, with grades and reasons once there is a verdict. */
export async function progressOf(parts: GatewayParts, submission: RelayedSubmission): Promise<Progress> {
  const { root, docket, error } = submission;
  const { verdict, ...judgement } = await judgementOf(parts, submission);
  const transaction = submission.transaction ?? parts.journal.hashOf(submitKey(root));
  const gas = await paymentOf(parts, submission);
  return {
    root,
    ...judgement,
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
    ...(gas === undefined ? {} : { gas }),
    ...(error === undefined ? {} : { error }),
  };
}

async function judgementOf(parts: GatewayParts, submission: RelayedSubmission): Promise<Judgement> {
  const { chain, submissions } = parts;
  const { root, state, docket = 0, position = 0 } = submission;
  if (state === "failed" || state === "mined" || state === "awaiting") return { state };
  if (state === "received") return { state: transactionState(parts, root) };
  const saved = submissions.verdictOf(root);
  if (saved !== undefined) return { state: "finalized", verdict: saved };
  const items = { docket, position, files: submission.manifest.files.length };
  const standing = await readStanding(chain.client, { addresses: chain.addresses, items });
  if (!standing.settled) return { state: "judging" };
  const verdict = await verdictOf(parts, submission, standing);
  if (submission.finalized && parts.contributed.gradesOf(root) !== undefined) {
    submissions.saveVerdict(root, verdict);
  }
  return { state: submission.finalized ? "finalized" : "settled", verdict, ...appealOf(standing) };
}

function appealOf({ appealEnds, judgedIn, level }: Standing): Pick<Progress, "appealEnds" | "appeal"> {
  return {
    ...(appealEnds === undefined ? {} : { appealEnds }),
    ...(level === 0 ? {} : { appeal: { docket: judgedIn, level, settled: appealEnds !== undefined } }),
  };
}

function transactionState({ journal }: GatewayParts, root: Hex): ProgressState {
  const state = journal.find(submitKey(root))?.state;
  if (state === "signed" || state === "sent") return state;
  return state === "mined" || state === "finalized" ? "sent" : "received";
}

/** The grades of the latest verdict, or those credited in the end, with the reasons of what was rejected. */
async function verdictOf(
  parts: GatewayParts,
  submission: RelayedSubmission,
  standing: Standing,
): Promise<FileVerdict[]> {
  const credited = parts.contributed.gradesOf(submission.root);
  const reasons = await reasonsOf(parts.chain, submission, standing);
  return standing.grades.map((grade, index) => {
    if (grade > 0 && credited !== undefined && gradeAt(credited, index) === 0) {
      return { grade: 0, reasonCode: reasonOf(COPIED).code };
    }
    const reasonCode = grade === 0 ? reasons.get(index) : undefined;
    return { grade, ...(reasonCode === undefined ? {} : { reasonCode }) };
  });
}
