import type { Address, Client } from "viem";
import { readContract } from "viem/actions";
import { courtAbi } from "../abi/court.ts";
import { seatsAbi } from "../abi/seats.ts";
import type { Addresses } from "../addresses.ts";
import { drawPositions } from "../committee.ts";
import type { Pool } from "../pools.ts";
import type { Draw } from "./readDraws.ts";

/**
 * The voters of a drawn docket, by draw index. A holder of several drawn seats appears several times.
 *
 * @throws ContractFunctionExecutionError `WrongPhase` before the draw and once the docket is settled; see
 * `recomputeCommittee` for a settled one.
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
 * to `readCommittee` while that answers, and possible at any later time and for earlier rounds too.
 *
 * @param parameters.draw From `readDraws`, or a docket of `readDocket` that is not settled.
 */
export async function recomputeCommittee(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "seats">;
    draw: Pick<Draw, "docket" | "pool" | "round" | "seed" | "seats" | "moment" | "committeeSize">;
  },
): Promise<readonly Address[]> {
  const { addresses, draw } = parameters;
  const positions = drawPositions({ ...draw, size: draw.committeeSize });
  return readHoldersAt(client, { addresses, pool: draw.pool, positions, moment: draw.moment });
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
