import { countAccepted } from "@openledger/sdk/grades";
import { queryOptions } from "@tanstack/react-query";
import { type Address, getAddress } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** Submissions that are looked at; of a larger version this is a part, and the answer says so. */
const MOST_SUBMISSIONS = 1_000;

/** What a version of a Datanet consists of. */
export type VersionContent = {
  /** Accepted files. */
  files: number;
  /** About their size: each submission's by the part of it that was accepted. */
  sizeBytes: number;
  /** Who gave how many of them, the most first. */
  contributors: { address: Address; files: number }[];
  /** Whether there is more than was looked at. */
  isPart: boolean;
};

/** The part of a submission that its share in a version follows from. */
export type VersionRow = { contributor: Address; files: number; sizeBytes: string; grades: string | null };

/** Files, size and contributors of the version that so many accepted submissions make. */
export const versionQuery = (datanet: number, versionCount: number) =>
  queryOptions({
    queryKey: ["version", datanet, versionCount],
    queryFn: async ({ signal }) => {
      const { submissions } = await askIndex<{ submissions: Page<VersionRow> }>(
        `query ($datanet: Int!, $versionCount: Int!) {
          submissions(where: { datanet: $datanet, versionCount_gte: 1, versionCount_lte: $versionCount },
            limit: ${MOST_SUBMISSIONS}) { items { contributor files sizeBytes grades } totalCount }
        }`,
        { datanet, versionCount },
        signal,
      );
      return versionContent(submissions.items, submissions.totalCount);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the accepted files of submissions come to, of which there are `total`. */
export function versionContent(rows: readonly VersionRow[], total: number): VersionContent {
  const byContributor = new Map<Address, number>();
  let bytes = 0;
  for (const { contributor, files, sizeBytes, grades } of rows) {
    const accepted = countAccepted(BigInt(grades ?? 0), files);
    const address = getAddress(contributor);
    byContributor.set(address, (byContributor.get(address) ?? 0) + accepted);
    bytes += (Number(sizeBytes) * accepted) / files;
  }
  const contributors = [...byContributor]
    .map(([address, files]) => ({ address, files }))
    .sort((a, b) => b.files - a.files);
  return {
    files: contributors.reduce((sum, { files }) => sum + files, 0),
    sizeBytes: rows.length === 0 ? 0 : Math.round((bytes * total) / rows.length),
    contributors,
    isPart: total > rows.length,
  };
}
