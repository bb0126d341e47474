import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A release of a model: an accepted job, ready to be talked to. */
export type Release = {
  id: number;
  model: number;
  job: number;
  parentRelease: number | null;
  baseDigest: Hex;
  specDigest: Hex;
  adapterDigest: Hex;
  transcriptHead: Hex;
  reportDigest: Hex;
  trainer: Address;
  lossBeforeMicronats: number;
  lossAfterMicronats: number;
  tokens: number;
  steps: number;
  releasedAt: number;
  transaction: Hex;
  base: { name: string; family: string; licence: string } | null;
};

type Numbers = "lossBeforeMicronats" | "lossAfterMicronats" | "tokens" | "steps" | "releasedAt";
type Row = Omit<Release, Numbers> & Record<Numbers, string>;

/** Every release, newest first. */
export const releasesQuery = () =>
  queryOptions({
    queryKey: ["releases"],
    queryFn: async ({ signal }) => {
      const { releases } = await askIndex<{ releases: Page<Row> }>(
        `{ releases(orderBy: "id", orderDirection: "desc", limit: 200) {
          items { id model job parentRelease baseDigest specDigest adapterDigest transcriptHead reportDigest trainer
            lossBeforeMicronats lossAfterMicronats tokens steps releasedAt transaction base { name family licence } }
          totalCount
        } }`,
        {},
        signal,
      );
      return releases.items.map(
        (row): Release => ({
          ...row,
          lossBeforeMicronats: Number(row.lossBeforeMicronats),
          lossAfterMicronats: Number(row.lossAfterMicronats),
          tokens: Number(row.tokens),
          steps: Number(row.steps),
          releasedAt: Number(row.releasedAt),
        }),
      );
    },
    refetchInterval: 10_000,
  });
