import type { Address, Client } from "viem";
import { readContract } from "viem/actions";
import { seatsAbi } from "../abi/seats.ts";
import type { Addresses } from "../addresses.ts";
import type { Pool } from "../pools.ts";

/** A holder's stake in one pool. */
export type Stake = {
  activeWei: bigint;
  /** The part of `activeWei` that bonds leases. */
  lockedWei: bigint;
  seats: number;
  thawingWei: bigint;
  thawsAt: number;
};

/** A holder's stake in one pool; all zero for someone without a seat. */
export function readStake(
  client: Client,
  { addresses, pool, holder }: { addresses: Pick<Addresses, "seats">; pool: Pool; holder: Address },
): Promise<Stake> {
  return readContract(client, {
    address: addresses.seats,
    abi: seatsAbi,
    functionName: "stakeOf",
    args: [pool, holder],
  });
}

/** A pool's change counter and number of seats now. */
export async function readOccupancy(
  client: Client,
  { addresses, pool }: { addresses: Pick<Addresses, "seats">; pool: Pool },
): Promise<{ moment: number; seats: number }> {
  const [moment, seats] = await readContract(client, {
    address: addresses.seats,
    abi: seatsAbi,
    functionName: "occupancy",
    args: [pool],
  });
  return { moment, seats };
}

/** The positions that a holder occupies in a pool now. */
export function readPositions(
  client: Client,
  { addresses, pool, holder }: { addresses: Pick<Addresses, "seats">; pool: Pool; holder: Address },
): Promise<readonly number[]> {
  return readContract(client, {
    address: addresses.seats,
    abi: seatsAbi,
    functionName: "positionsOf",
    args: [pool, holder],
  });
}
