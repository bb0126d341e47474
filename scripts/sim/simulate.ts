import { parseEther } from "viem";
import type { Grade } from "../../sdk/src/grades.ts";
import { MAX_ITEMS } from "../../sdk/src/pools.ts";
import { raiseScore } from "../../sdk/src/score.ts";
import { openOf } from "./amounts.ts";
import { Appeals } from "./appeals.ts";
import { Beliefs } from "./beliefs.ts";
import type { Config } from "./config.ts";
import { Court, type Verdict } from "./court.ts";
import { Ledger } from "./ledger.ts";
import { Random } from "./random.ts";
import { type Holder, makeSeats } from "./seats.ts";
import { SMALL, Tally } from "./tally.ts";
import { type Item, PublicRecord } from "./voters.ts";
import { makeWorld, type Submission, type World } from "./world.ts";

/** What a contributor's standing came to. */
type Standing = { judged: number; points: number; scoreBps: number };

/** A world after its last verdict. */
export type Result = {
  config: Config;
  world: World;
  seats: readonly Holder[];
  tally: Tally;
  ledger: Ledger;
  standings: Standing[];
};

/** What everybody owns beside the protocol: more than a simulation can cost them. */
const WALLET_WEI = parseEther("1000000");
const MAX_POINTS = 3n;

/** Simulate one world. Dockets are heard one after the other, each with its appeals before the next. */
export function simulate(config: Config, seed: number): Result {
  return new Simulation(config, seed).run();
}

type OpenDocket = {
  closesAt: number;
  items: Item[];
  submissions: { submission: Submission; position: number }[];
};

class Simulation {
  readonly #config: Config;
  readonly #world: World;
  readonly #seats: Holder[];
  readonly #ledger = new Ledger();
  readonly #tally = new Tally();
  readonly #record = new PublicRecord();
  readonly #standings: Standing[];
  readonly #random: Random;
  readonly #court: Court;
  readonly #appeals: Appeals;

  constructor(config: Config, seed: number) {
    const { actors } = config;
    this.#config = config;
    this.#world = makeWorld(actors, seed);
    this.#seats = makeSeats(actors);
    this.#standings = this.#world.contributors.map(() => ({ judged: 0, points: 0, scoreBps: 0 }));
    this.#random = new Random(`finders/${seed}`);
    this.#court = new Court(config, this.#seats, this.#ledger, this.#record, this.#tally, seed);
    this.#appeals = new Appeals(
      config,
      this.#court,
      this.#ledger,
      this.#tally,
      new Beliefs(actors.noise, actors.beliefNoise, actors.lazyShare),
      new Random(`appeals/${seed}`),
    );
  }

  run(): Result {
    this.#endow();
    let open: OpenDocket | undefined;
    for (const submission of this.#world.submissions) {
      const { at, files } = submission;
      if (open && (open.items.length + files.length > MAX_ITEMS || at >= open.closesAt)) {
        this.#hear(open, Math.min(at, open.closesAt));
        open = undefined;
      }
      open ??= { closesAt: at + this.#config.rules.collectSeconds, items: [], submissions: [] };
      this.#submit(submission, open);
      if (open.items.length === MAX_ITEMS) {
        this.#hear(open, at);
        open = undefined;
      }
    }
    if (open) this.#hear(open, open.closesAt);
    const [config, world, seats, tally] = [this.#config, this.#world, this.#seats, this.#tally];
    return { config, world, seats, tally, ledger: this.#ledger, standings: this.#standings };
  }

  #endow(): void {
    const { rules, actors } = this.#config;
    for (const [position, { address }] of this.#seats.entries()) {
      if (this.#seats.findIndex((holder) => holder.address === address) === position) {
        this.#ledger.endow(`wallet:${address}`, WALLET_WEI);
      }
      this.#ledger.endow(`stake:${address}`, rules.seatWei);
    }
    for (const index of this.#world.contributors.keys()) {
      this.#ledger.endow(`wallet:contributor/${index}`, WALLET_WEI);
    }
    this.#ledger.endow("wallet:owner", WALLET_WEI);
    this.#ledger.endow("court:pot", actors.potWei);
    const files = this.#world.submissions.reduce((sum, submission) => sum + submission.files.length, 0);
    this.#ledger.endow(
      "datanet:available",
      BigInt(files) * (MAX_POINTS * rules.rewardWei + rules.itemFeeWei),
    );
  }

  #submit(submission: Submission, docket: OpenDocket): void {
    const { rules } = this.#config;
    const count = BigInt(submission.files.length);
    this.#ledger.move("datanet:available", "datanet:reserved", MAX_POINTS * count * rules.rewardWei);
    this.#ledger.move("datanet:available", "court:escrow", count * rules.itemFeeWei);
    docket.submissions.push({ submission, position: docket.items.length });
    const { contributor, kind } = submission;
    for (const file of submission.files) docket.items.push({ file, contributor, kind });
  }

  #hear({ items, submissions }: OpenDocket, closedAt: number): void {
    const { rules } = this.#config;
    this.#tally.dockets += 1;
    const verdict = this.#court.judge({
      id: 4 * this.#tally.dockets,
      items,
      size: Math.min(rules.committeeSize, this.#seats.length),
      feeWei: BigInt(items.length) * rules.itemFeeWei,
    });
    this.#tally.rounds += verdict.rounds;
    for (const { submission, position } of submissions) {
      this.#resolve(
        submission,
        items.slice(position, position + submission.files.length),
        verdict,
        position,
        closedAt,
      );
    }
  }

  #resolve(submission: Submission, items: Item[], docket: Verdict, position: number, closedAt: number): void {
    const { rules } = this.#config;
    const grades = docket.grades.slice(position, position + items.length);
    const sincere = docket.sincere.slice(position, position + items.length);
    const final = this.#appeals.resolve(items, { ...docket, grades, sincere });
    const judgings = docket.rounds + final.judgedRounds;
    const windows = rules.appealRounds === 0 ? 0 : Math.min(final.levels + 1, rules.appealRounds);
    this.#tally.delaySeconds +=
      closedAt -
      submission.at +
      judgings * (rules.commitSeconds + rules.revealSeconds) +
      windows * rules.appealSeconds;
    const small = items.length <= SMALL;
    for (const [i, { file }] of items.entries()) {
      this.#tally.verdict("first", file, grades[i] as Grade, sincere[i] as Grade, small);
      this.#tally.verdict("final", file, final.grades[i] as Grade, final.sincere[i] as Grade, small);
      this.#record.add(submission.contributor, final.grades[i] as Grade);
    }
    this.#finalize(submission, items, final.grades);
  }

  /** Zero the copies that somebody showed, pay the points, raise the score, release the rest. */
  #finalize(
    { contributor, kind, files }: Submission,
    items: readonly Item[],
    grades: readonly Grade[],
  ): void {
    const { rules } = this.#config;
    const wallet = `wallet:contributor/${contributor}` as const;
    const sums = this.#tally.files[kind];
    let leftWei = MAX_POINTS * BigInt(files.length) * rules.rewardWei;
    let points = 0;
    for (const [i, { file }] of items.entries()) {
      const grade = grades[i] as Grade;
      const rewardWei = BigInt(grade) * rules.rewardWei;
      sums.files += 1;
      if (grade > 0) sums.accepted += 1;
      if (file.copy) sums.copies += 1;
      const bountyWei = file.copy ? this.#bounty(rewardWei) : 0n;
      if (bountyWei > 0n) {
        const self = this.#random.chance(this.#config.actors.selfFindShare);
        this.#ledger.move("datanet:reserved", self ? wallet : "wallet:finder", bountyWei);
        if (self) sums.bountyWei += bountyWei;
        else this.#tally.finderWei += bountyWei;
        leftWei -= bountyWei;
        continue;
      }
      this.#ledger.move("datanet:reserved", wallet, rewardWei);
      sums.rewardWei += rewardWei;
      if (file.copy && grade > 0) sums.copiesPaid += 1;
      if (file.truth === 0) this.#tally.wastedWei += rewardWei;
      leftWei -= rewardWei;
      points += grade;
    }
    this.#ledger.move("datanet:reserved", "datanet:available", leftWei);
    const standing = this.#standings[contributor] as Standing;
    standing.judged += files.length;
    standing.points += points;
    standing.scoreBps = raiseScore(standing.scoreBps, standing);
  }

  /** What a finder gets for showing a copy; nothing where the proof costs as much, since nobody shows it then. */
  #bounty(rewardWei: bigint): bigint {
    const [low, high] = this.#config.actors.proofCost;
    const cost = low + (high - low) * this.#random.unit();
    const bountyWei = (rewardWei * BigInt(this.#config.rules.finderBps)) / 10_000n;
    return openOf(bountyWei) > cost ? bountyWei : 0n;
  }
}
