import { parseEther } from "viem";
import { type Actors, defaultActors, defaultRules, type Rules } from "./config.ts";
import { outcomeOf } from "./outcome.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** What is turned in one variant of an experiment, under the names that plots and tables use. */
export type Knobs = Record<string, string | number>;

/** A variant and what came of it over all seeds. */
export type Row = { knobs: Knobs; figures: Record<string, Estimate> };

type Variant = { knobs: Knobs; rules?: Partial<Rules>; actors?: Partial<Actors> };

/** Seeds of every variant. In a sweep each simulates a fifth of the 10,000 submissions. */
export const SEEDS = [1, 2, 3, 4, 5] as const;
const SWEEP_SUBMISSIONS = 2_000;

const appealRounds = [0, 2] as const;
const committeeSizes = [3, 5, 7] as const;
const hour = 3_600;
const overtPenalties = { ringStrategy: "boost" } as const;

/** Everything that is simulated, by the name of its file. */
export const experiments: Record<string, () => Variant[]> = {
  /** The rules as they stand, all 10,000 submissions in each seed. */
  defaults: () =>
    appealRounds.map((rounds) => ({
      knobs: { appeals: rounds },
      rules: { appealRounds: rounds },
      actors: { submissions: 10_000 },
    })),
  collusion: () => {
    const shares = [0.1, 0.2, 0.3, 0.4];
    return committeeSizes.flatMap((committeeSize) =>
      appealRounds.flatMap((rounds) => {
        const variant = (strategy: Actors["ringStrategy"], ringShare: number): Variant => ({
          knobs: { committeeSize, appeals: rounds, strategy, ringShare },
          rules: { committeeSize, appealRounds: rounds },
          // Who lies has no bearing on laziness: habit keeps its fifth of the seats.
          actors: { ringShare, ringStrategy: strategy },
        });
        const others = committeeSize === defaultRules.committeeSize ? (["boost", "censor"] as const) : [];
        return [
          variant("opportunist", 0),
          ...shares.map((share) => variant("opportunist", share)),
          ...others.flatMap((strategy) => shares.map((share) => variant(strategy, share))),
        ];
      }),
    );
  },
  tolerance: () =>
    appealRounds.flatMap((rounds) =>
      [0, 500, 1_000, 1_500, 2_000, 3_000, 4_000].map((toleranceBps) => ({
        knobs: { toleranceBps, appeals: rounds },
        rules: { toleranceBps, appealRounds: rounds },
        actors: overtPenalties,
      })),
    ),
  penalties: () =>
    appealRounds.flatMap((rounds) =>
      [0, 10, 25, 50, 100, 200, 400].map((incoherentPenaltyBps) => ({
        knobs: { incoherentPenaltyBps, appeals: rounds },
        rules: {
          incoherentPenaltyBps,
          absentPenaltyBps: Math.max(10, 4 * incoherentPenaltyBps),
          appealRounds: rounds,
        },
        actors: overtPenalties,
      })),
    ),
  itemFees: () =>
    ["0.05", "0.1", "0.25", "0.5", "1"].map((fee) => ({
      knobs: { itemFee: Number(fee) },
      rules: { itemFeeWei: parseEther(fee) },
    })),
  appealFees: () =>
    ["0.05", "0.1", "0.2", "0.4", "0.8"].map((fee) => ({
      knobs: { fee: Number(fee) },
      rules: { appealFeeWei: parseEther(fee) },
    })),
  /** Somebody appeals against everything, once, whatever it costs: what stops such a nuisance is its lost bonds. */
  nuisance: () =>
    (["anyGrade", "contradiction"] as const).map((bondBack) => ({
      knobs: { bondBack },
      rules: { bondBack, appealRounds: 1 },
      actors: { appealCost: -1e6, reactionHours: 1 },
    })),
  bonds: () =>
    (["anyGrade", "contradiction"] as const).flatMap((bondBack) =>
      ["0.25", "0.5", "1", "2", "4", "8"].map((bond) => ({
        knobs: { bondBack, bond: Number(bond) },
        rules: { bondBack, appealBondWei: parseEther(bond) },
      })),
    ),
  windows: () =>
    [6, 12, 24, 48, 72, 168].map((hours) => ({
      knobs: { appealHours: hours },
      rules: { appealSeconds: hours * hour },
    })),
  finders: () =>
    [0, 100, 250, 500, 1_000, 2_000, 5_000].map((finderBps) => ({
      knobs: { finderBps },
      rules: { finderBps },
    })),
  traffic: () =>
    [1, 4, 15, 60].map((submissionsPerHour) => ({
      knobs: { submissionsPerHour },
      actors: { submissionsPerHour },
    })),
  noise: () => [0.1, 0.2, 0.35, 0.5].map((noise) => ({ knobs: { noise }, actors: { noise } })),
};

/** Run one experiment, variant by variant. */
export function runExperiment(name: string): Row[] {
  const variants = experiments[name]?.() ?? [];
  return variants.map(({ knobs, rules, actors }) => {
    const config = {
      rules: { ...defaultRules, ...rules },
      actors: { ...defaultActors, submissions: SWEEP_SUBMISSIONS, ...actors },
    };
    return { knobs, figures: estimate(SEEDS.map((seed) => outcomeOf(config, seed))) };
  });
}
