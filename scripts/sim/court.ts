import type { Address } from "viem";
import { drawPositions } from "../../sdk/src/committee.ts";
import { type Grade, medianWord, packWord, unpackWord } from "../../sdk/src/grades.ts";
import { type Settlement, settlementOf } from "../../sdk/src/settlement.ts";
import type { Config } from "./config.ts";
import type { Ledger } from "./ledger.ts";
import { Random } from "./random.ts";
import type { Behaviour, Holder } from "./seats.ts";
import type { Tally } from "./tally.ts";
import { type Item, type PublicRecord, type Situation, type Vote, voteOf } from "./voters.ts";

/** A docket that is closed: its items, its committee's size and the fees that lie in the court's escrow for it. */
export type Docket = { id: number; items: readonly Item[]; size: number; feeWei: bigint };

/** A docket's end. */
export type Verdict = {
  grades: Grade[];
  /** The grades that the same voters would have given, had the ring only judged. */
  sincere: Grade[];
  size: number;
  rounds: number;
};

type Drawn = { committee: Address[]; holders: Map<Address, Holder>; ringMajority: boolean };

/** One pool's court: draws, hears and settles dockets by the protocol's own code. */
export class Court {
  readonly #config: Config;
  readonly #seats: readonly Holder[];
  readonly #ledger: Ledger;
  readonly #record: PublicRecord;
  readonly #tally: Tally;
  readonly #seed: number;

  constructor(
    config: Config,
    seats: readonly Holder[],
    ledger: Ledger,
    record: PublicRecord,
    tally: Tally,
    seed: number,
  ) {
    this.#config = config;
    this.#seats = seats;
    this.#ledger = ledger;
    this.#record = record;
    this.#tally = tally;
    this.#seed = seed;
  }

  /** Judge a docket, round after round until one has a quorum. */
  judge(docket: Docket): Verdict {
    // A chance of its own for every docket: appeals leave the ordinary dockets after them alone.
    const random = new Random(`votes/${this.#seed}/${docket.id}`);
    let { feeWei } = docket;
    for (let round = 0; ; round += 1) {
      const drawn = this.#draw(docket, round, random.seed());
      const votes = this.#vote(docket, drawn, random);
      const settlement = this.#settle(docket, drawn, votes, feeWei);
      feeWei = settlement.potWei;
      if (!settlement.quorum) continue;
      const grades = unpackWord(settlement.verdict, docket.items.length);
      return {
        grades,
        sincere: this.#sincere(docket, drawn, votes) ?? grades,
        size: drawn.committee.length,
        rounds: round + 1,
      };
    }
  }

  #draw(docket: Docket, round: number, seed: bigint): Drawn {
    const seats = this.#seats.length;
    const sitting = drawPositions({ seed, docket: docket.id, round, seats, size: docket.size }).map(
      (position) => this.#seats[position] as Holder,
    );
    return {
      committee: sitting.map(({ address }) => address),
      holders: new Map(sitting.map((holder) => [holder.address, holder])),
      ringMajority: 2 * sitting.filter(({ behaviour }) => behaviour === "ring").length > sitting.length,
    };
  }

  /** The votes of those who are there. */
  #vote(docket: Docket, { holders, ringMajority }: Drawn, random: Random): Map<Address, Vote> {
    const { actors } = this.#config;
    const situation: Situation = { items: docket.items, record: this.#record, actors, ringMajority, random };
    const votes = new Map<Address, Vote>();
    for (const { address, behaviour } of holders.values()) {
      if (random.chance(actors.absence[absenceKind(behaviour)])) continue;
      votes.set(address, voteOf(behaviour, situation));
    }
    return votes;
  }

  #settle(docket: Docket, drawn: Drawn, votes: Map<Address, Vote>, feeWei: bigint): Settlement {
    const { rules } = this.#config;
    const settlement = settlementOf({
      committee: drawn.committee,
      words: new Map([...votes].map(([voter, { grades }]) => [voter, packWord(grades)])),
      items: docket.items.length,
      feeWei,
      ...rules,
    });
    for (const voter of settlement.voters) {
      const { behaviour } = drawn.holders.get(voter.voter) as Holder;
      if (voter.penaltyWei > 0n) this.#charge(voter.voter, voter.penaltyWei);
      this.#tally.vote(behaviour, voter, docket.items.length, docket.id);
    }
    for (const { voter, paidWei } of settlement.voters) {
      if (paidWei > 0n) this.#ledger.move("court:escrow", `wallet:${voter}`, paidWei);
    }
    return settlement;
  }

  /** Slash; a holder whose stake no longer backs half of the seats tops it up rather than be evicted. */
  #charge(voter: Address, penaltyWei: bigint): void {
    this.#ledger.move(`stake:${voter}`, "court:escrow", penaltyWei);
    const fullWei = this.#config.rules.seatWei * BigInt(this.#config.actors.seatsPerHolder);
    const activeWei = this.#ledger.balance(`stake:${voter}`);
    if (2n * activeWei < fullWei) this.#ledger.move(`wallet:${voter}`, `stake:${voter}`, fullWei - activeWei);
  }

  /** The verdict without the ring's lies; undefined where it told none. */
  #sincere(docket: Docket, { committee }: Drawn, votes: Map<Address, Vote>): Grade[] | undefined {
    if (![...votes.values()].some(({ grades, sincere }) => grades.some((grade, i) => grade !== sincere[i])))
      return;
    const words = [...votes].map(([voter, { sincere }]) => ({
      word: packWord(sincere),
      weight: committee.filter((member) => member === voter).length,
    }));
    return unpackWord(medianWord(words, docket.items.length), docket.items.length);
  }
}

function absenceKind(behaviour: Behaviour): "honest" | "lazy" | "ring" {
  return behaviour === "honest" || behaviour === "ring" ? behaviour : "lazy";
}
