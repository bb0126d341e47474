import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A reason for a refusal or a rejection, as the gateway words it. */
export type Reason = { code?: number; key?: string; sentence: string; next: string };

/** How far a submission is, as its gateway knows it. */
export type SubmissionState =
  | "received"
  | "awaiting"
  | "signed"
  | "sent"
  | "mined"
  | "judging"
  | "settled"
  | "finalized"
  | "failed";

/** One file of a submission under way. */
export type SubmittedFile = {
  index: number;
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Hex;
  cid: string;
  grade?: number | null;
  reason?: Reason | null;
};

/** A submission as the index lists it. */
type SubmissionRow = {
  root: Hex;
  datanet: number;
  contributor: Address;
  docket: number;
  files: number;
  sizeBytes: number;
  state: "JUDGING" | "SETTLED" | "FINALIZED";
  manifestDigest: Hex;
  rewardWei: bigint | null;
  submittedAt: number;
  accepted: number;
};

type Row = Omit<SubmissionRow, "sizeBytes" | "rewardWei" | "submittedAt" | "accepted"> & {
  sizeBytes: string;
  rewardWei: string | null;
  submittedAt: string;
  fileList: { items: { grade: number | null }[] };
};

/** The submissions of one contributor, newest first. */
export const submissionsOfQuery = (contributor: Address | undefined) =>
  queryOptions({
    queryKey: ["submissions-of", contributor],
    queryFn: async ({ signal }) => {
      const { submissions } = await askIndex<{ submissions: Page<Row> }>(
        `query ($contributor: String!) {
          submissions(where: { contributor: $contributor }, orderBy: "submittedAt", orderDirection: "desc", limit: 50) {
            items { root datanet contributor docket files sizeBytes state manifestDigest rewardWei submittedAt
              fileList(limit: 20) { items { grade } } }
            totalCount
          }
        }`,
        { contributor: contributor?.toLowerCase() },
        signal,
      );
      return submissions.items.map(toSubmission);
    },
    enabled: contributor !== undefined,
    refetchInterval: 4_000,
  });

function toSubmission({ fileList, ...row }: Row): SubmissionRow {
  return {
    ...row,
    sizeBytes: Number(row.sizeBytes),
    rewardWei: row.rewardWei === null ? null : BigInt(row.rewardWei),
    submittedAt: Number(row.submittedAt),
    accepted: fileList.items.filter((file) => (file.grade ?? 0) > 0).length,
  };
}
