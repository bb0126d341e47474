import { seatsAbi } from "@openledger/sdk/abi/seats";
import { drawPositions } from "@openledger/sdk/committee";
import type { Address } from "viem";
import type { Chain } from "../chain/chain.ts";
import type { Docket } from "./docketBook.ts";

/** The voters of a drawn docket, by draw index: computed here, from the seed and who held the seats at its closing. */
export async function committeeOf(chain: Chain, docket: Docket): Promise<readonly Address[]> {
  const positions = drawPositions({
    seed: docket.seed,
    docket: docket.id,
    round: docket.round,
    seats: docket.seats,
    size: docket.committeeSize,
  });
  return chain.client.readContract({
    address: chain.addresses.seats,
    abi: seatsAbi,
    functionName: "holdersAt",
    args: [docket.pool, positions, docket.moment],
  });
}
