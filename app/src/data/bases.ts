import { queryOptions } from "@tanstack/react-query";
import type { Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A base model that jobs may name. */
export type Base = { digest: Hex; family: string; name: string; licence: string };

/** The governed list of base models. */
export const basesQuery = () =>
  queryOptions({
    queryKey: ["bases"],
    queryFn: async ({ signal }) => {
      const { bases } = await askIndex<{ bases: Page<Base> }>(
        `{ bases(where: { listed: true }, orderBy: "name", orderDirection: "asc", limit: 200) {
          items { digest family name licence } totalCount
        } }`,
        {},
        signal,
      );
      return bases.items;
    },
    staleTime: 60_000,
  });
