import { type Address, maxUint256 } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { everybody, residents } from "../people.ts";
import { call } from "./votes.ts";

const OPEN = 10n ** 18n;

/** Claims, gifts, transfers, allowances, and what only controllers may do. */
export function moveMoney(game: Game, dice: Dice): Step | undefined {
  const { vault, openToken } = game.model;
  const { at } = game.chain;
  const person = dice.pick(everybody) as Address;
  const other = dice.pick(everybody) as Address;
  switch (dice.below(10)) {
    case 0:
    case 1:
    case 2: {
      const rich = [...vault.earnings].filter(([, { earnedWei, claimedWei }]) => earnedWei > claimedWei);
      const account = dice.chance(85) ? dice.pick(rich)?.[0] : other;
      return account && call(person, "vault", "claim", account);
    }
    case 3:
      return call(person, "vault", "credit", other, dice.pick([1n, 7n * OPEN, 0n, 2n ** 127n]));
    case 4: {
      const amount = dice.chance(80) ? openToken.balanceOf(person) / 10n : 10n ** 28n;
      return call(person, "openToken", "transfer", other, amount);
    }
    case 5:
    case 6: {
      const spender = dice.pick([at.vault, at.seats]);
      const allowed = dice.pick([maxUint256, maxUint256, 500n * OPEN, 2_000n * OPEN, 0n]);
      return call(person, "openToken", "approve", spender, allowed);
    }
    case 7: {
      const wary = residents.filter((one) => openToken.allowance(one, at.vault) < 1_000n * OPEN);
      const giver = dice.pick(wary);
      if (giver === undefined) return call(person, "court", "fundAppeals", BigInt(dice.below(60)) * OPEN);
      const allowedWei = openToken.allowance(giver, at.vault);
      return call(giver, "court", "fundAppeals", dice.chance(50) ? allowedWei : allowedWei + 1n);
    }
    default: {
      const thief = dice.pick(residents) as Address;
      return dice.pick([
        call(thief, "vault", "pay", thief, OPEN),
        call(thief, "vault", "deposit", 1, other, OPEN),
        call(thief, "vault", "settle", 1, thief, OPEN, 0n),
        call(thief, "vault", "rotate", other, thief),
        call(thief, "vault", "passReserved", at.training, OPEN),
        call(thief, "vault", "depositSlashed", at.court, OPEN),
        call(thief, "vault", "depositFees", other, OPEN),
        call(thief, "training", "noteStake", thief, OPEN),
        call(thief, "training", "setBase", `0x${"11".repeat(32)}`, true),
      ]);
    }
  }
}
