import { type Address, type Client, type Hex, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { courtAbi } from "../abi/court.ts";
import type { Addresses } from "../addresses.ts";
import type { Pool } from "../pools.ts";

/** The phases of a docket, by the contract's number. */
export const PHASES = [
  "NONE",
  "COLLECTING",
  "DRAWING",
  "COMMITTING",
  "REVEALING",
  "SETTLING",
  "SETTLED",
] as const;

/** A docket's phase. */
export type Phase = (typeof PHASES)[number];

/**
 * A docket as the contract tells it. Times are Unix seconds of chain time; zero while not known. Seats, moment and
 * seed block are zero again once it is settled: `readDraws` has them from the events.
 */
export type Docket = {
  docket: number;
  phase: Phase;
  pool: Pool;
  items: number;
  round: number;
  committeeSize: number;
  seats: number;
  moment: number;
  seedBlock: number;
  seed: bigint;
  feeWei: bigint;
  closesAt: number;
  commitEnds: number;
  revealEnds: number;
  /** Bit k is set when the voter of draw k revealed. */
  revealed: number;
  verdict: bigint;
  /** First second at which an appeal is too late, once settled. */
  appealEnds: number;
  /** How many of its submissions were appealed. */
  appeals: number;
};

/**
 * One docket.
 *
 * @example
 * const { phase, revealEnds } = await readDocket(client, { addresses, docket: 4 });
 */
export async function readDocket(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; docket: number },
): Promise<Docket> {
  const state = await readContract(client, {
    address: parameters.addresses.court,
    abi: courtAbi,
    functionName: "docketOf",
    args: [parameters.docket],
  });
  return {
    ...state,
    docket: parameters.docket,
    phase: PHASES[state.phase] as Phase,
    pool: state.pool as Pool,
  };
}

/**
 * The grades of all of a docket's items as one word, once they are final and none of them was appealed; undefined
 * before, and for a docket with an appeal, whose items `readStanding` tells one submission at a time.
 */
export async function readVerdict(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; docket: number },
): Promise<bigint | undefined> {
  const [isFinal, verdict] = await readContract(client, {
    address: parameters.addresses.court,
    abi: courtAbi,
    functionName: "verdictOf",
    args: [parameters.docket],
  });
  return isFinal ? verdict : undefined;
}

/** The id of the docket that a pool fills now or fills next. */
export function readOpenDocket(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; pool: Pool },
): Promise<number> {
  return readContract(client, {
    address: parameters.addresses.court,
    abi: courtAbi,
    functionName: "openDocket",
    args: [parameters.pool],
  });
}

/**
 * What a voter has in a docket: the commitment before the reveal, the word after it.
 *
 * @returns undefined when there is neither.
 */
export async function readVote(
  client: Client,
  parameters: { addresses: Pick<Addresses, "court">; docket: number; voter: Address },
): Promise<Hex | undefined> {
  const vote = await readContract(client, {
    address: parameters.addresses.court,
    abi: courtAbi,
    functionName: "voteOf",
    args: [parameters.docket, parameters.voter],
  });
  return vote === zeroHash ? undefined : vote;
}
