import { type Address, type Hex, zeroAddress, zeroHash } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { everybody, freshKeys, governor, guardian, residents } from "../people.ts";
import { plantList } from "../reference/files.ts";
import { call } from "./votes.ts";

const OPEN = 10n ** 18n;

/** What owners do with their Datanets, and others try. */
export function own(game: Game, dice: Dice): Step | undefined {
  const { datanets, vault } = game.model;
  const datanet = dice.pick(datanets.datanets);
  const person = dice.pick(everybody) as Address;
  const caller = datanet && dice.chance(88) ? datanet.owner : person;
  const id = dice.chance(97) && datanet ? datanet.id : datanets.datanets.length + 1;
  switch (dice.below(10)) {
    case 0: {
      if (datanets.datanets.length > 5) return undefined;
      const rewardWei = dice.pick([2n * OPEN, 1_000_000_007n, 0n]);
      const prose = ["Notes", "CC0-1.0", "Be kind."];
      return call(person, "datanets", "create", dice.below(4), rewardWei, BigInt(dice.below(9)), ...prose);
    }
    case 1:
    case 2:
      return call(person, "datanets", "fund", id, BigInt(dice.below(900)) * OPEN);
    case 3:
    case 4: {
      const { availableWei } = vault.accountOf(id);
      const amountWei = dice.chance(20) ? availableWei + 1n : availableWei / BigInt(1 + dice.below(20));
      return call(caller, "datanets", "withdraw", id, person, amountWei);
    }
    case 5:
      return call(caller, "datanets", "setOpen", id, dice.chance(80));
    case 6:
    case 7:
      return call(caller, "datanets", "setTerms", id, "CC-BY-4.0", `Guidelines ${dice.below(100)}`);
    default: {
      const list = plantList(everybody.filter(() => dice.chance(60)));
      if (list.members.length > 0) game.model.datanets.lists.set(list.listRoot, list);
      const listRoot: Hex = dice.chance(50) || list.members.length === 0 ? zeroHash : list.listRoot;
      return call(caller, "datanets", "setContributorList", id, listRoot);
    }
  }
}

/** Keys are replaced, or not. */
export function rotate(game: Game, dice: Dice): Step | undefined {
  const { datanets, vault } = game.model;
  const asked = dice.pick([...datanets.rotations]);
  const person = dice.pick(everybody) as Address;
  if (asked === undefined || dice.chance(30)) {
    const oldKey = dice.pick(residents) as Address;
    const current = dice.chance(80) ? vault.keyOf(oldKey) : oldKey;
    const newKey = dice.chance(75) ? dice.pick(freshKeys) : dice.chance(90) ? person : zeroAddress;
    return call(current, "datanets", "rotateKey", newKey);
  }
  const [oldKey, { newKey, readyAt }] = asked;
  switch (dice.below(8)) {
    case 0:
      return call(dice.chance(70) ? oldKey : person, "datanets", "cancelRotation");
    case 1:
      return call(person, "datanets", "acceptRotation", oldKey);
    case 2:
    case 3:
    case 4:
      if (game.now + 1 < readyAt) return { waitUntil: readyAt - 2 + dice.below(2) };
      return call(newKey, "datanets", "acceptRotation", oldKey);
    default:
      return call(newKey, "datanets", "acceptRotation", oldKey);
  }
}

/** The guardian stops something, governance lets it go on. */
export function pause(game: Game, dice: Dice): Step | undefined {
  const { submissions, credits } = game.model.datanets.paused;
  const stranger = dice.pick([...residents, governor, guardian]) as Address;
  if (submissions || credits) {
    if (dice.chance(50)) return undefined;
    return call(dice.chance(85) ? governor : stranger, "datanets", "unpause");
  }
  if (!dice.chance(30)) return undefined;
  return call(dice.chance(85) ? guardian : stranger, "datanets", "pause", dice.chance(50), dice.chance(50));
}

/** Governance changes numbers, or somebody tries to. */
export function setRules(game: Game, dice: Dice): Step | undefined {
  const { parameters } = game.model;
  const caller = dice.chance(92) ? governor : (dice.pick(residents) as Address);
  switch (dice.below(5)) {
    case 0: {
      const filesPerDay = 20 + dice.below(30);
      const limits = { filesPerSubmission: 20, filesPerDay, bytesPerDay: 20_000 + dice.below(50_000) };
      return call(caller, "parameters", "setSubmissionLimits", limits);
    }
    case 1:
    case 2: {
      const pool = dice.below(4);
      const rules = {
        ...parameters.poolRules(pool),
        collectSeconds: 100 + dice.below(900),
        committeeSize: 3 + dice.below(3),
        toleranceBps: dice.below(5_000),
        appealSeconds: 1_000 + dice.below(6_000),
      };
      return call(caller, "parameters", "setPoolRules", pool, rules);
    }
    case 3: {
      const rules = {
        bondWei: BigInt(2 + dice.below(9)) * OPEN,
        feeWei: BigInt(dice.below(2_000)) * 10n ** 15n,
      };
      return call(caller, "parameters", "setAppealRules", rules);
    }
    default: {
      if (dice.chance(50)) {
        const rules = { rotationSeconds: 100 + dice.below(7_000), finderBps: dice.below(10_001) };
        return call(caller, "parameters", "setContributorRules", rules);
      }
      const rules = { ...parameters.training, bondWei: BigInt(100 + dice.below(600)) * OPEN };
      return call(caller, "parameters", "setTrainingRules", { ...rules, maxAttempts: 1 + dice.below(3) });
    }
  }
}

/** Time passes: a little, to just before or at the end of something, to another day, or beyond a seed's reach. */
export function wait(game: Game, dice: Dice): Step | undefined {
  const { court, seats, training, datanets } = game.model;
  const dockets = [...court.dockets.values()];
  const moments = [
    ...dockets.flatMap(({ drawn, verdict, closed, closesAt }) => [
      closed ? 0 : closesAt,
      drawn?.commitEnds ?? 0,
      drawn?.revealEnds ?? 0,
      verdict?.appealEnds ?? 0,
    ]),
    ...[...seats.stakes.values()].map(({ thawsAt }) => thawsAt),
    ...training.jobs.flatMap(({ leaseEnds, deadline }) => [leaseEnds ?? 0, deadline]),
    ...[...datanets.rotations.values()].map(({ readyAt }) => readyAt),
    (Math.floor(game.now / 86_400) + 1) * 86_400,
  ].filter((moment) => moment > game.now + 2 && moment < game.now + 100_000);
  switch (dice.below(12)) {
    case 0:
      return { waitUntil: game.now + 40_000 };
    case 1:
      // Beyond the reach of block hashes, which ends a waiting draw.
      return dice.chance(25) ? { mine: 255 + dice.below(10) } : { mine: 3 };
    case 2:
    case 3:
      return { waitUntil: game.now + 1 + dice.below(600) };
    default: {
      const moment = dice.pick(moments);
      return moment === undefined ? undefined : { waitUntil: moment - 2 + dice.below(2) };
    }
  }
}
