import { openOf } from "./amounts.ts";
import { appealCommitteeSize, defaultActors, defaultRules } from "./config.ts";
import { majorityChance, seatsToCorrupt } from "./corruption.ts";
import type { Knobs } from "./experiments.ts";
import { round } from "./statistics.ts";

/** What it takes to decide one verdict by seats alone: exact, since a committee is a draw without putting back. */
export type CostRow = { knobs: Knobs; figures: Record<string, number> };

const shares = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/** For each committee, number of appeals and share of seats: the ring's chance, and what it has staked and waits. */
export function corruptionCosts(): CostRow[] {
  const { seats } = defaultActors;
  const seatOpen = openOf(defaultRules.seatWei);
  const judgingDays = (defaultRules.commitSeconds + defaultRules.revealSeconds) / 86_400;
  return [3, 5, 7].flatMap((committeeSize) =>
    [0, 1, 2].flatMap((appeals) => {
      const sizes = committeesOf(committeeSize, appeals);
      const half = seatsToCorrupt(seats, sizes, 0.5);
      return shares.map((ringShare) => {
        const marked = Math.round(seats * ringShare);
        const chance = sizes.reduce((all, size) => all * majorityChance(seats, marked, size), 1);
        return {
          knobs: { committeeSize, appeals, ringShare },
          figures: {
            chance: round(chance),
            votesNeeded: sizes.reduce((sum, size) => sum + Math.floor(size / 2) + 1, 0),
            stakeOpen: marked * seatOpen,
            // Stake of the share, times the expected number of dockets until the ring decides one to the end.
            stakeDaysOpen: round((marked * seatOpen * judgingDays) / chance),
            stakeForEvenChanceOpen: half * seatOpen,
            // What bonds cost an honest appellant who goes to the end and loses.
            bondsOpen: round(
              sizes.slice(1).reduce((sum, size) => sum + size, 0) * openOf(defaultRules.appealBondWei),
            ),
          },
        };
      });
    }),
  );
}

/** The committees that a verdict passes, with each appeal the next larger one. */
function committeesOf(size: number, appeals: number): number[] {
  const sizes = [size];
  for (let level = 0; level < appeals; level += 1) {
    sizes.push(appealCommitteeSize(sizes.at(-1) as number));
  }
  return sizes;
}
