import { cidOfDigest } from "@openledger/sdk/cid";
import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { getJson } from "./gateway.ts";
import { askIndex, type Page } from "./graphql.ts";
import type { ShownManifest } from "./manifests.ts";

/** A contributed file by what is in it. */
export type TrainedFile = { name: string; contributor: Address; root: Hex };

/** So many submissions are looked through for the names of files; those of others stay digests. */
const MOST_SUBMISSIONS = 500;
const AT_ONCE = 8;

type Row = { root: Hex; contributor: Address; manifestDigest: Hex };

/** The names and contributors of the files in some Datanets, by sha256. */
export const trainedFilesQuery = (datanets: readonly number[]) =>
  queryOptions({
    queryKey: ["trained files", ...datanets],
    queryFn: async ({ signal }) => {
      const { submissions } = await askIndex<{ submissions: Page<Row> }>(
        `query ($where: submissionFilter!, $limit: Int!) {
          submissions(where: $where, orderBy: "submittedAt", orderDirection: "asc", limit: $limit) { items { root contributor manifestDigest } totalCount }
        }`,
        { where: { datanet_in: datanets }, limit: MOST_SUBMISSIONS },
        signal,
      );
      const rows = submissions.items;
      const manifests: ShownManifest[] = [];
      let next = 0;
      const work = async () => {
        while (next < rows.length) {
          const at = next++;
          const { manifestDigest } = rows[at] as Row;
          // One that cannot be had now only leaves its files without names.
          manifests[at] = await getJson<ShownManifest>(`/ipfs/${cidOfDigest(manifestDigest)}`, signal).catch(
            () => ({ files: [] }),
          );
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      const files = new Map<Hex, TrainedFile>();
      for (const [at, { root, contributor }] of rows.entries()) {
        for (const { sha256, name } of manifests[at]?.files ?? []) {
          // Whoever told it first.
          if (!files.has(sha256)) files.set(sha256, { name, contributor, root });
        }
      }
      return files;
    },
    staleTime: 300_000,
  });
