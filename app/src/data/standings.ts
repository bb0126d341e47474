import { queryOptions } from "@tanstack/react-query";
import type { Address } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A contributor's standing in one Datanet. */
export type Standing = {
  id: string;
  datanet: number;
  contributor: Address;
  scoreBps: number;
  submissions: number;
  judged: number;
  accepted: number;
  days: number;
  points: number;
  earnedWei: bigint;
  /** When the score was last raised, in seconds of chain time. */
  reachedAt: number;
};

type Row = Omit<Standing, "points" | "earnedWei" | "reachedAt"> & {
  points: string;
  earnedWei: string;
  reachedAt: string;
};

const FIELDS = "id datanet contributor scoreBps submissions judged accepted days points earnedWei reachedAt";

/** A Datanet's leaderboard, first place first. */
export const leaderboardQuery = (datanet: number) =>
  queryOptions({
    queryKey: ["leaderboard", datanet],
    queryFn: async ({ signal }) => {
      const { standings } = await askIndex<{ standings: Page<Row> }>(
        `query ($datanet: Int!) {
          standings(where: { datanet: $datanet }, orderBy: "rank", orderDirection: "desc", limit: 200) {
            items { ${FIELDS} } totalCount
          }
        }`,
        { datanet },
        signal,
      );
      return standings.items.map(toStanding);
    },
    refetchInterval: 4_000,
  });

/** Every standing of one contributor. */
export const standingsOfQuery = (contributor: Address | undefined) =>
  queryOptions({
    queryKey: ["standings-of", contributor],
    queryFn: async ({ signal }) => {
      const { standings } = await askIndex<{ standings: Page<Row> }>(
        `query ($contributor: String!) {
          standings(where: { contributor: $contributor }, orderBy: "datanet", orderDirection: "asc", limit: 200) {
            items { ${FIELDS} } totalCount
          }
        }`,
        { contributor: contributor?.toLowerCase() },
        signal,
      );
      return standings.items.map(toStanding);
    },
    enabled: contributor !== undefined,
    refetchInterval: 5_000,
  });

function toStanding(row: Row): Standing {
  return {
    ...row,
    points: Number(row.points),
    earnedWei: BigInt(row.earnedWei),
    reachedAt: Number(row.reachedAt),
  };
}
