import type { Client } from "viem";
import { courtAbi } from "../abi/court.ts";
import type { Addresses } from "../addresses.ts";
import { poolOfDocket } from "../docketId.ts";
import type { Pool } from "../pools.ts";
import { eventsInRange } from "./eventsInRange.ts";

/** One drawn round of a docket, with everything that its committee is a pure function of. */
export type Draw = {
  docket: number;
  pool: Pool;
  round: number;
  items: number;
  seats: number;
  moment: number;
  seedBlock: number;
  seed: bigint;
  committeeSize: number;
  commitEnds: number;
  revealEnds: number;
};

/**
 * Every drawn round of a docket, from its events. The contract forgets seats and moment once a docket is settled; the
 * events keep them, so that `recomputeCommittee` works for ever.
 *
 * @example
 * const [draw] = await readDraws(client, { addresses, docket: 4, fromBlock: 0n, toBlock: head });
 * const voters = await recomputeCommittee(client, { addresses, draw });
 */
export async function readDraws(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; docket: number; fromBlock: bigint; toBlock: bigint },
): Promise<Draw[]> {
  const { addresses, docket, fromBlock, toBlock } = parameters;
  const query = { address: addresses.court, abi: courtAbi, args: { docket }, fromBlock, toBlock } as const;
  const [closings, draws] = await Promise.all([
    eventsInRange(client, { ...query, eventName: "DocketClosed" }),
    eventsInRange(client, { ...query, eventName: "DocketDrawn" }),
  ]);
  return draws.flatMap((drawn) => {
    // A round whose seed ran out of reach is closed again: the last closing before the draw counts.
    const closed = closings.findLast((closing) => isBefore(closing, drawn));
    if (closed === undefined) return [];
    const { seed, committeeSize, commitEnds, revealEnds, round } = drawn.args;
    const { items, seats, moment, seedBlock } = closed.args;
    const pool = poolOfDocket(docket);
    return [
      { docket, pool, round, items, seats, moment, seedBlock, seed, committeeSize, commitEnds, revealEnds },
    ];
  });
}

type Place = { blockNumber: bigint; logIndex: number };

function isBefore(a: Place, b: Place): boolean {
  return a.blockNumber < b.blockNumber || (a.blockNumber === b.blockNumber && a.logIndex < b.logIndex);
}
