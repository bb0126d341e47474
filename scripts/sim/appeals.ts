import type { Grade } from "../../sdk/src/grades.ts";
import { isMismatch, packWord, pointsOf } from "../../sdk/src/grades.ts";
import { openOf } from "./amounts.ts";
import type { Beliefs, Expectation } from "./beliefs.ts";
import { appealCommitteeSize, type Config } from "./config.ts";
import { majorityChance } from "./corruption.ts";
import type { Court, Verdict } from "./court.ts";
import type { Ledger, Place } from "./ledger.ts";
import type { Random } from "./random.ts";
import { type Appellant, FIRST_APPEAL, SMALL, type Tally } from "./tally.ts";
import type { Item } from "./voters.ts";

/** What is final for a submission. */
export type Final = { grades: Grade[]; sincere: Grade[]; levels: number; judgedRounds: number };

/** Somebody who may appeal: what they believe each file to be, and whether more points are good for them. */
type Candidate = { who: Appellant; wallet: Place; qualities: number[]; wantsMore: boolean };

/** Hears the appeals of a submission, from whoever gains by one. */
export class Appeals {
  readonly #config: Config;
  readonly #court: Court;
  readonly #ledger: Ledger;
  readonly #tally: Tally;
  readonly #beliefs: Beliefs;
  readonly #random: Random;
  #sequence = 0;

  constructor(config: Config, court: Court, ledger: Ledger, tally: Tally, beliefs: Beliefs, random: Random) {
    this.#config = config;
    this.#court = court;
    this.#ledger = ledger;
    this.#tally = tally;
    this.#beliefs = beliefs;
    this.#random = random;
  }

  /** Go through the windows until one passes in silence or the last round is heard. */
  resolve(items: readonly Item[], first: Verdict): Final {
    const { rules } = this.#config;
    const candidates = rules.appealRounds === 0 ? [] : this.#candidates(items);
    let { grades, sincere, size } = first;
    let judgedRounds = 0;
    for (let level = 1; ; level += 1) {
      const larger = appealCommitteeSize(size);
      const appellant = level <= rules.appealRounds ? this.#appellant(candidates, grades, larger) : undefined;
      if (!appellant) return { grades, sincere, levels: level - 1, judgedRounds };
      const verdict = this.#hear(items, appellant, grades, larger, level);
      judgedRounds += verdict.rounds;
      ({ grades, sincere, size } = verdict);
    }
  }

  /** The contributor, and now and then the Datanet's owner, who would rather not pay for a bad file. */
  #candidates(items: readonly Item[]): Candidate[] {
    const { actors } = this.#config;
    const { kind, contributor } = items[0] as Item;
    const optimism = kind === "honest" ? actors.optimism : 0;
    const look = (noise: number, shift: number) =>
      items.map(({ file }) => file.appearance + shift + noise * this.#random.gaussian());
    const candidates: Candidate[] = [
      {
        who: kind,
        wallet: `wallet:contributor/${contributor}`,
        qualities: look(actors.beliefNoise, optimism),
        wantsMore: true,
      },
    ];
    if (this.#random.chance(actors.auditShare)) {
      candidates.push({
        who: "owner",
        wallet: "wallet:owner",
        qualities: look(actors.noise, 0),
        wantsMore: false,
      });
    }
    return candidates;
  }

  /** The first to look in time among those who expect to gain. */
  #appellant(
    candidates: readonly Candidate[],
    current: readonly Grade[],
    size: number,
  ): Candidate | undefined {
    const { rules, actors } = this.#config;
    const wait = (candidate: Candidate) => ({
      candidate,
      hours: this.#random.exponential(actors.reactionHours),
    });
    return candidates
      .map(wait)
      .filter(
        ({ candidate, hours }) => 3600 * hours < rules.appealSeconds && this.#gains(candidate, current, size),
      )
      .sort((a, b) => a.hours - b.hours)[0]?.candidate;
  }

  #gains(candidate: Candidate, current: readonly Grade[], size: number): boolean {
    const { rules, actors } = this.#config;
    const { points, bondLost } = this.#expect(candidate, current, size);
    const change = points - current.reduce((sum: number, grade) => sum + grade, 0);
    const value = (candidate.wantsMore ? change : -change) * openOf(rules.rewardWei);
    return value > bondLost * openOf(rules.appealBondWei) * size + actors.appealCost;
  }

  #expect({ who, qualities }: Candidate, current: readonly Grade[], size: number): Expectation {
    const { rules, actors } = this.#config;
    const weighed = qualities.map(
      (quality, i) => actors.selfTrust * quality + (1 - actors.selfTrust) * ((current[i] as Grade) + 0.5),
    );
    const judged = this.#beliefs.expect(weighed, current, size, rules.bondBack);
    if (who !== "ring") return judged;
    const ringSeats = Math.round(actors.seats * actors.ringShare);
    const ours = actors.ringStrategy === "censor" ? 0 : majorityChance(actors.seats, ringSeats, size);
    return {
      points: ours * 3 * qualities.length + (1 - ours) * judged.points,
      bondLost: (current.every((grade) => grade === 3) ? ours : 0) + (1 - ours) * judged.bondLost,
    };
  }

  #hear(
    items: readonly Item[],
    { who, wallet, wantsMore }: Candidate,
    before: readonly Grade[],
    size: number,
    level: number,
  ): Verdict {
    const { rules } = this.#config;
    const bondWei = rules.appealBondWei * BigInt(size);
    const promisedWei = rules.appealFeeWei * BigInt(size);
    const potWei = this.#ledger.balance("court:pot");
    const feeWei = promisedWei < potWei ? promisedWei : potWei;
    this.#ledger.move(wallet, "court:bonds", bondWei);
    this.#ledger.move("court:pot", "court:escrow", feeWei);
    this.#sequence += 1;
    const verdict = this.#court.judge({ id: FIRST_APPEAL + 4 * this.#sequence, items, size, feeWei });
    const changed = verdict.grades.some((grade, i) =>
      rules.bondBack === "anyGrade" ? grade !== before[i] : isMismatch(grade, before[i] as Grade),
    );
    this.#ledger.move("court:bonds", changed ? wallet : "court:pot", bondWei);

    const points = (grades: readonly Grade[]) => pointsOf(packWord(grades), grades.length);
    const more = BigInt(points(verdict.grades) - points(before));
    const sums = this.#tally.appeals[who];
    sums.appeals += 1;
    if (level === 2) sums.second += 1;
    if (items.length <= SMALL) sums.small += 1;
    if (changed && items.length <= SMALL) sums.smallChanged += 1;
    if (changed) sums.changed += 1;
    else sums.bondsLostWei += bondWei;
    sums.valueWei += (wantsMore ? more : -more) * rules.rewardWei;
    if (!changed && who !== "owner") this.#tally.files[who].bondsLostWei += bondWei;
    this.#tally.promisedFeesWei += promisedWei;
    this.#tally.appealFeesWei += feeWei;
    return verdict;
  }
}
