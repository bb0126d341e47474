import { type Address, getAddress, toHex } from "viem";
import type { Actors } from "./config.ts";

/** How the holder of a seat votes. */
export type Behaviour = "honest" | "lazyAccept" | "lazyPrior" | "lazyCopy" | "ring";

/** Somebody with seats. */
export type Holder = { address: Address; behaviour: Behaviour };

const habits = ["lazyAccept", "lazyPrior", "lazyCopy"] as const;

/** Who holds each position of the pool. Which position somebody has is of no consequence: draws are uniform. */
export function makeSeats(actors: Actors): Holder[] {
  const ring = Math.round(actors.seats * actors.ringShare);
  const lazy = Math.round(actors.seats * actors.lazyShare);
  const holders = new Map<string, Holder>();
  return Array.from({ length: actors.seats }, (_, position) => {
    const seat = Math.floor(position / actors.seatsPerHolder);
    const behaviour: Behaviour =
      position < ring
        ? "ring"
        : position < ring + lazy
          ? (habits[seat % habits.length] as Behaviour)
          : "honest";
    const name = `${behaviour}/${seat}`;
    const known = holders.get(name);
    if (known) return known;
    const address = getAddress(
      toHex(BigInt(holders.size + 1) * 0x9e3779b97f4a7c15f39cc0605cedc835n, { size: 20 }),
    );
    const holder = { address, behaviour };
    holders.set(name, holder);
    return holder;
  });
}
