import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A docket as the index knows it; times are seconds of chain time. */
export type Docket = {
  id: number;
  pool: number;
  round: number;
  phase: "COLLECTING" | "DRAWING" | "DRAWN" | "SETTLED";
  items: number;
  openedAt: number;
  closesAt: number | null;
  closedAt: number | null;
  committeeSize: number | null;
  committee: Address[];
  commitEnds: number | null;
  revealEnds: number | null;
  committed: number;
  revealed: number;
  settledAt: number | null;
  /** First second at which an appeal is too late; known with the verdict. */
  appealEnds: number | null;
  roots: Hex[];
};

type Times = "openedAt" | "closesAt" | "closedAt" | "commitEnds" | "revealEnds" | "settledAt" | "appealEnds";
type Row = Omit<Docket, Times> & { openedAt: string } & Record<Exclude<Times, "openedAt">, string | null>;

const FIELDS = `id pool round phase items openedAt closesAt closedAt committeeSize committee commitEnds revealEnds
  committed revealed settledAt appealEnds roots`;

/** One docket, or null while the index has not seen it. */
export const docketQuery = (id: number | undefined) =>
  queryOptions({
    queryKey: ["docket", id],
    queryFn: async ({ signal }) => {
      const { docket } = await askIndex<{ docket: Row | null }>(
        `query ($id: Float!) { docket(id: $id) { ${FIELDS} } }`,
        { id },
        signal,
      );
      return docket ? toDocket(docket) : null;
    },
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.phase === "SETTLED" ? false : 1_500),
  });

/** The dockets of a pool that have no verdict yet. */
export const openDocketsQuery = (pool: number) =>
  queryOptions({
    queryKey: ["dockets", "open", pool],
    queryFn: async ({ signal }) => {
      const { dockets } = await askIndex<{ dockets: Page<Row> }>(
        `query ($pool: Int!) {
          dockets(where: { pool: $pool, phase_not: "SETTLED" }, orderBy: "id", orderDirection: "desc", limit: 20) {
            items { ${FIELDS} } totalCount
          }
        }`,
        { pool },
        signal,
      );
      return dockets.items.map(toDocket);
    },
    refetchInterval: 2_000,
  });

function toDocket(row: Row): Docket {
  const time = (text: string | null) => (text === null ? null : Number(text));
  return {
    ...row,
    openedAt: Number(row.openedAt),
    closesAt: time(row.closesAt),
    closedAt: time(row.closedAt),
    commitEnds: time(row.commitEnds),
    revealEnds: time(row.revealEnds),
    settledAt: time(row.settledAt),
    appealEnds: time(row.appealEnds),
  };
}
