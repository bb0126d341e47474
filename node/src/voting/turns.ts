import { seatsAbi } from "@openledger/sdk/abi/seats";
import { type Address, keccak256, stringToBytes } from "viem";
import type { Chain } from "../chain/chain.ts";

/** Seconds between two turns: long enough for a transaction of the one before to be mined and seen. */
const TURN_SECONDS = 3;
/** Beyond this many seats, holders are not ranked one by one: a hash gives each of them one of as many turns. */
const MOST_RANKED = 64;
const REFRESH_MS = 60_000;

/**
 * Whose turn it is to do what anyone may do: close, draw, settle, finalize, claim a job. The committee comes first, in the
 * order of its draws, then everybody who holds a seat in an order of its own for each task. As long as the first in line
 * does it, nobody else spends gas on it.
 */
export class Turns {
  readonly #chain: Chain;
  readonly #holders = new Map<number, { at: number; addresses: readonly Address[] }>();

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** In how many seconds after `what` became due it is this account's turn. */
  async seconds(what: string, pool: number, committee: readonly Address[] = []): Promise<number> {
    const account = this.#chain.account.address;
    const draw = committee.findIndex((voter) => isSame(voter, account));
    if (draw >= 0) return draw * TURN_SECONDS;
    const holders = await this.#holdersOf(pool);
    return (committee.length + rankOf(what, account, holders)) * TURN_SECONDS;
  }

  async #holdersOf(pool: number): Promise<readonly Address[]> {
    const known = this.#holders.get(pool);
    if (known !== undefined && Date.now() - known.at < REFRESH_MS) return known.addresses;
    const { client, addresses } = this.#chain;
    const seats = { address: addresses.seats, abi: seatsAbi } as const;
    const [moment, count] = await client.readContract({ ...seats, functionName: "occupancy", args: [pool] });
    const positions = Array.from({ length: Math.min(count, MOST_RANKED) }, (_, position) => position);
    const held = await client.readContract({
      ...seats,
      functionName: "holdersAt",
      args: [pool, positions, moment],
    });
    const distinct = [...new Set(held)];
    this.#holders.set(pool, { at: Date.now(), addresses: distinct });
    return distinct;
  }
}

/** The place of an account among others in an order that depends on the task. */
export function rankOf(what: string, account: Address, others: readonly Address[]): number {
  const own = orderOf(what, account);
  if (others.some((other) => isSame(other, account))) {
    return others.filter((other) => orderOf(what, other) < own).length;
  }
  return others.length + Number(BigInt(own) % BigInt(MOST_RANKED));
}

function orderOf(what: string, account: Address): string {
  return keccak256(stringToBytes(`${what}:${account.toLowerCase()}`));
}

function isSame(a: Address, b: Address): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
