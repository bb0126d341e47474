import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A Datanet as the index knows it. Amounts are in wei. */
export type Datanet = {
  id: number;
  owner: Address;
  pool: number;
  name: string;
  licence: string;
  guidelines: string;
  open: boolean;
  rewardWei: bigint;
  feeWei: bigint;
  versionCount: number;
  versionHead: Hex;
  availableWei: bigint;
  reservedWei: bigint;
  paidWei: bigint;
  submissions: number;
  filesPending: number;
  filesAccepted: number;
  filesRejected: number;
  contributors: number;
};

type Amounts = "rewardWei" | "feeWei" | "availableWei" | "reservedWei" | "paidWei";
type DatanetRow = Omit<Datanet, Amounts> & Record<Amounts, string>;

const FIELDS = `id owner pool name licence guidelines open rewardWei feeWei versionCount versionHead availableWei
  reservedWei paidWei submissions filesPending filesAccepted filesRejected contributors`;

/** Every Datanet, oldest first. */
export const datanetsQuery = () =>
  queryOptions({
    queryKey: ["datanets"],
    queryFn: async ({ signal }) => {
      const { datanets } = await askIndex<{ datanets: Page<DatanetRow> }>(
        `{ datanets(orderBy: "id", orderDirection: "asc", limit: 500) { items { ${FIELDS} } totalCount } }`,
        {},
        signal,
      );
      return datanets.items.map(toDatanet);
    },
    refetchInterval: 5_000,
  });

/** One Datanet, or null when there is none with this number. */
export const datanetQuery = (id: number) =>
  queryOptions({
    queryKey: ["datanet", id],
    queryFn: async ({ signal }) => {
      const { datanet } = await askIndex<{ datanet: DatanetRow | null }>(
        `query ($id: Int!) { datanet(id: $id) { ${FIELDS} } }`,
        { id },
        signal,
      );
      return datanet ? toDatanet(datanet) : null;
    },
    refetchInterval: 4_000,
  });

function toDatanet(row: DatanetRow): Datanet {
  return {
    ...row,
    rewardWei: BigInt(row.rewardWei),
    feeWei: BigInt(row.feeWei),
    availableWei: BigInt(row.availableWei),
    reservedWei: BigInt(row.reservedWei),
    paidWei: BigInt(row.paidWei),
  };
}
