import type { Address, Client } from "viem";
import { readContract } from "viem/actions";
import { courtAbi } from "../abi/court.ts";
import { seatsAbi } from "../abi/seats.ts";
import type { Addresses } from "../addresses.ts";
import { drawPositions } from "../committee.ts";
import type { Pool } from "../pools.ts";
import type { Docket } from "./readDocket.ts";

/**
 * The voters of a drawn docket, by draw index. A holder of several drawn seats appears several times.
 *
 * @example
 * const mine = drawIndicesOf(await readCommittee(client, { addresses, docket }), account.address);
 */
export async function readCommittee(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; docket: number },
): Promise<readonly Address[]> {
  return readContract(client, {
    address: parameters.addresses.court,
    abi: courtAbi,
    functionName: "committee",
    args: [parameters.docket],
  });
}

/**
 * The same committee without the court: drawn again from the seed, with the holders from the history of seats. Equal
 * to `readCommittee` on an honest chain, at any later time and for earlier rounds too.
 */
export async function recomputeCommittee(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "seats">;
    docket: Pick<Docket, "docket" | "pool" | "round" | "seed" | "seats" | "moment" | "committeeSize">;
  },
): Promise<readonly Address[]> {
  const { addresses, docket } = parameters;
  const positions = drawPositions({ ...docket, size: docket.committeeSize });
  return readHoldersAt(client, { addresses, pool: docket.pool, positions, moment: docket.moment });
}

/** Who sat at each of some positions at one moment. */
export async function readHoldersAt(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "seats">;
    pool: Pool;
    positions: readonly number[];
    moment: number;
  },
): Promise<readonly Address[]> {
  const { addresses, pool, positions, moment } = parameters;
  return readContract(client, {
    address: addresses.seats,
    abi: seatsAbi,
    functionName: "holdersAt",
    args: [pool, [...positions], moment],
  });
}
