import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A release of a model: an accepted job, ready to be talked to. */
export type Release = {
  id: number;
  model: number;
  job: number;
  parentRelease: number | null;
  specDigest: Hex;
  adapterDigest: Hex;
  trainer: Address;
  lossBeforeMicronats: number;
  lossAfterMicronats: number;
  releasedAt: number;
  base: { name: string; family: string } | null;
};

type Numbers = "lossBeforeMicronats" | "lossAfterMicronats" | "releasedAt";
type Row = Omit<Release, Numbers> & Record<Numbers, string>;

/** Every release, newest first. */
export const releasesQuery = () =>
  queryOptions({
    queryKey: ["releases"],
    queryFn: async ({ signal }) => {
      const { releases } = await askIndex<{ releases: Page<Row> }>(
        `{ releases(orderBy: "id", orderDirection: "desc", limit: 200) {
          items { id model job parentRelease specDigest adapterDigest trainer lossBeforeMicronats lossAfterMicronats
            releasedAt base { name family } }
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
          releasedAt: Number(row.releasedAt),
        }),
      );
    },
    refetchInterval: 10_000,
  });
