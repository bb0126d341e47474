import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** An appeal of a submission, as the index knows it. */
export type Appeal = {
  /** The docket that judges it. */
  id: number;
  level: number;
  appellant: Address;
  bondWei: bigint;
  /** Whether a grade changed; null while the committee is at work. */
  changed: boolean | null;
};

type Row = Omit<Appeal, "bondWei"> & { bondWei: string };

/** Members of an appeal's committee: twice as many and one, as the court draws them. */
export function appealCommittee(size: number): number {
  return Math.min(2 * size + 1, 31);
}

/** Whether a larger committee is at work. */
export function isUnderAppeal(appeals: readonly Appeal[]): boolean {
  return appeals.some(({ changed }) => changed === null);
}

/** The appeals of a submission, the first one first. */
export const appealsQuery = (root: Hex) =>
  queryOptions({
    queryKey: ["appeals", root],
    queryFn: async ({ signal }) => {
      const { appeals } = await askIndex<{ appeals: Page<Row> }>(
        `query ($root: String!) {
          appeals(where: { root: $root }, orderBy: "level", orderDirection: "asc", limit: 2) {
            items { id level appellant bondWei changed } totalCount
          }
        }`,
        { root: root.toLowerCase() },
        signal,
      );
      return appeals.items.map((row): Appeal => ({ ...row, bondWei: BigInt(row.bondWei) }));
    },
    refetchInterval: 1_500,
  });
