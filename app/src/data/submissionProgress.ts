import type { GasPayment } from "@openledger/sdk/gasPayment";
import { Problem } from "@openledger/sdk/problem";
import { reasonOfCode } from "@openledger/sdk/reasons";
import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { getJson } from "./gateway.ts";
import { askIndex } from "./graphql.ts";
import type { Reason, SubmissionState, SubmittedFile } from "./submissions.ts";

/** Everything that the page shows of a submission under way. */
export type SubmissionProgress = {
  root: Hex;
  state: SubmissionState;
  transaction?: Hex;
  docket?: number;
  datanet?: number;
  contributor?: Address;
  rewardWei?: bigint;
  manifestDigest?: Hex;
  files: SubmittedFile[];
  /** Who pays for its transaction, while it is not mined. */
  gas?: GasPayment;
  error?: { sentence: string; next: string };
};

/** What GET /v1/submissions/:root answers. */
export type GatewayAnswer = {
  root: Hex;
  state: SubmissionState;
  transaction?: Hex | null;
  docket?: number | string | null;
  files: (Omit<SubmittedFile, "grade" | "reason"> & {
    grade?: number | null;
    reason?: Reason | number | null;
  })[];
  gas?: GasPayment | null;
  error?: { sentence?: string; message?: string; next?: string } | string | null;
};

/** What the index knows of the same submission. */
export type IndexAnswer = {
  datanet: number;
  contributor: Address;
  docket: number;
  state: "JUDGING" | "SETTLED" | "FINALIZED";
  manifestDigest: Hex;
  rewardWei: string | null;
  transaction: Hex;
  fileList: { items: { index: number; grade: number | null; reason: number | null }[] };
};

const ORDER: readonly SubmissionState[] = [
  "received",
  "awaiting",
  "signed",
  "sent",
  "mined",
  "judging",
  "settled",
  "finalized",
];
const INDEX_STATES = { JUDGING: "judging", SETTLED: "settled", FINALIZED: "finalized" } as const;

/** Whether nothing more will happen to a submission. */
export const isOver = (state: SubmissionState | undefined): boolean =>
  state === "finalized" || state === "failed";

/** A submission's progress, asked every second until it is over. Another gateway's submission is found in the index. */
export const submissionQuery = (root: string) =>
  queryOptions({
    queryKey: ["submission", root],
    queryFn: async ({ signal }) => {
      const [gateway, index] = await Promise.allSettled([
        getJson<GatewayAnswer>(`/v1/submissions/${root}`, signal),
        readFromIndex(root, signal),
      ]);
      const fromGateway = gateway.status === "fulfilled" ? gateway.value : undefined;
      const fromIndex = index.status === "fulfilled" ? index.value : undefined;
      const progress = mergeProgress(root as Hex, fromGateway, fromIndex);
      if (progress) return progress;
      throw gateway.status === "rejected" ? gateway.reason : unknownSubmission(root);
    },
    refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : 1_000),
  });

async function readFromIndex(root: string, signal: AbortSignal): Promise<IndexAnswer | null> {
  const { submission } = await askIndex<{ submission: IndexAnswer | null }>(
    `query ($root: String!) {
      submission(root: $root) {
        datanet contributor docket state manifestDigest rewardWei transaction
        fileList(orderBy: "index", limit: 20) { items { index grade reason } }
      }
    }`,
    { root: root.toLowerCase() },
    signal,
  );
  return submission;
}

/** One picture from what gateway and index know; whichever is ahead wins. */
export function mergeProgress(
  root: Hex,
  gateway: GatewayAnswer | undefined,
  index: IndexAnswer | null | undefined,
): SubmissionProgress | undefined {
  if (!gateway && !index) return undefined;
  const indexState = index ? INDEX_STATES[index.state] : "received";
  const gatewayState = gateway?.state ?? "received";
  // A gateway that lost track of a transaction may call failed what the chain holds.
  const failed = gatewayState === "failed" && !index;
  const ahead = ORDER.indexOf(indexState) > ORDER.indexOf(gatewayState) ? indexState : gatewayState;
  const docket = gateway?.docket ?? index?.docket;
  const transaction = gateway?.transaction ?? index?.transaction;
  return {
    root,
    state: failed ? "failed" : ahead,
    files: mergeFiles(gateway, index),
    ...(docket === undefined || docket === null ? {} : { docket: Number(docket) }),
    ...(transaction ? { transaction } : {}),
    ...(index
      ? { datanet: index.datanet, contributor: index.contributor, manifestDigest: index.manifestDigest }
      : {}),
    ...(index?.rewardWei ? { rewardWei: BigInt(index.rewardWei) } : {}),
    ...(gateway?.gas && !index ? { gas: gateway.gas } : {}),
    ...(failed ? { error: faultOf(gateway?.error) } : {}),
  };
}

function mergeFiles(
  gateway: GatewayAnswer | undefined,
  index: IndexAnswer | null | undefined,
): SubmittedFile[] {
  const judged = new Map(index?.fileList.items.map((file) => [file.index, file]));
  if (!gateway) {
    return [...judged.values()].map((file) => ({
      index: file.index,
      name: `File ${file.index + 1}`,
      mediaType: "",
      sizeBytes: 0,
      sha256: "0x",
      cid: "",
      grade: file.grade,
      reason: file.reason === null ? null : reasonOfCode(file.reason),
    }));
  }
  return gateway.files.map((file, place) => {
    const known = judged.get(file.index ?? place);
    const reason = file.reason ?? known?.reason ?? null;
    return {
      ...file,
      grade: file.grade ?? known?.grade ?? null,
      reason: typeof reason === "number" ? reasonOfCode(reason) : reason,
    };
  });
}

function faultOf(error: GatewayAnswer["error"]): { sentence: string; next: string } {
  const next = "Contribute the files again; nothing was taken from your quota.";
  if (typeof error === "string") return { sentence: error, next };
  return {
    sentence: error?.sentence ?? error?.message ?? "The submission did not reach the chain.",
    next: error?.next ?? next,
  };
}

function unknownSubmission(root: string): Problem {
  return new Problem(
    "unknown-submission",
    `Nobody knows a submission ${root}.`,
    "Check the address of the page.",
  );
}
