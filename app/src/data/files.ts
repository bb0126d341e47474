import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A contributed file and what became of it. */
export type FileRow = {
  id: string;
  root: Hex;
  index: number;
  datanet: number;
  contributor: Address;
  docket: number;
  state: "JUDGING" | "ACCEPTED" | "REJECTED";
  grade: number | null;
  reason: number | null;
  submittedAt: number;
  manifestDigest: Hex;
};

type Row = Omit<FileRow, "submittedAt" | "manifestDigest"> & {
  submittedAt: string;
  submission: { manifestDigest: Hex } | null;
};

/** How many files one page of the list shows. */
export const FILES_A_PAGE = 25;

/** Which files of a Datanet a list shows. */
export type FileFilter = "all" | "accepted" | "rejected" | "judging";

/** A page of a Datanet's files, newest first. */
export const filesQuery = (datanet: number, filter: FileFilter, page: number) =>
  queryOptions({
    queryKey: ["files", datanet, filter, page],
    queryFn: async ({ signal }) => {
      const where = { datanet, ...(filter === "all" ? {} : { state: filter.toUpperCase() }) };
      const { files } = await askIndex<{ files: Page<Row> }>(
        `query ($where: fileFilter!, $limit: Int!, $offset: Int!) {
          files(where: $where, orderBy: "submittedAt", orderDirection: "desc", limit: $limit, offset: $offset) {
            items { id root index datanet contributor docket state grade reason submittedAt submission { manifestDigest } }
            totalCount
          }
        }`,
        { where, limit: FILES_A_PAGE, offset: page * FILES_A_PAGE },
        signal,
      );
      return { files: files.items.map(toFile), total: files.totalCount };
    },
    refetchInterval: 3_000,
    placeholderData: (previous) => previous,
  });

function toFile({ submission, submittedAt, ...row }: Row): FileRow {
  return { ...row, submittedAt: Number(submittedAt), manifestDigest: submission?.manifestDigest ?? "0x" };
}
