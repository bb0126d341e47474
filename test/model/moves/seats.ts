import type { Address } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { everybody, residents } from "../people.ts";
import { COMPUTE } from "../reference/seats.ts";
import { call } from "./votes.ts";

/** Take, leave and top up seats, take stake home, evict. */
export function moveSeats(game: Game, dice: Dice): Step | undefined {
  const { seats, parameters } = game.model;
  const person = dice.pick(dice.chance(85) ? residents : everybody) as Address;
  const pool = dice.chance(95) ? dice.below(4) : 4;
  const stakes = [...seats.stakes].map(([key, stake]) => {
    const [ofPool, holder] = key.split(" ");
    return { pool: Number(ofPool), holder: holder as Address, ...stake };
  });
  switch (dice.below(9)) {
    case 0:
      return call(person, "seats", "stake", pool, dice.chance(15) ? 8 : 1 + dice.below(3));
    case 1:
      // Top up, where something is missing or nothing is.
      return call(person, "seats", "stake", pool, 0);
    case 2:
    case 3: {
      // Stake that bonds a lease cannot leave.
      const bound = residents.filter((one) => game.model.training.bondedWei(one) > 0n);
      const trainer = dice.chance(50) ? dice.pick(bound) : undefined;
      if (trainer) {
        const held = seats.stakeOf(COMPUTE, trainer).positions.length;
        return call(trainer, "seats", "unstake", COMPUTE, Math.max(1, held - dice.below(2)));
      }
      const held = seats.stakeOf(pool, person).positions.length;
      return call(person, "seats", "unstake", pool, Math.min(dice.below(held + 2), 4));
    }
    case 4: {
      const thawing = dice.pick(stakes.filter(({ thawingWei }) => thawingWei > 0n));
      if (thawing === undefined) return call(person, "seats", "withdraw", pool);
      const wait = dice.chance(40) && thawing.thawsAt > game.now + 1;
      if (wait) return { waitUntil: thawing.thawsAt - 1 };
      return call(thawing.holder, "seats", "withdraw", thawing.pool);
    }
    case 5:
    case 6:
    case 7: {
      const poor = stakes.filter(
        ({ activeWei, positions }) => 2n * activeWei < BigInt(positions.length) * parameters.seats.seatWei,
      );
      const evicted = dice.pick(dice.chance(90) && poor.length > 0 ? poor : stakes);
      return evicted && call(person, "seats", "evict", evicted.pool, evicted.holder);
    }
    default:
      return call(person, "seats", "slash", pool, dice.pick(residents), 1n);
  }
}
