import { type Address, getAddress } from "viem";
import { drawIndicesOf } from "./committee.ts";
import { isCoherent, medianWord } from "./grades.ts";

/** A verdict needs the votes of this many draws, and of more than half of the committee. */
export const MIN_QUORUM = 3;

/** What a drawn round of a docket is settled from. */
export type Round = {
  /** The voters by draw index; a holder of several drawn seats appears several times. */
  committee: readonly Address[];
  /** The revealed words by voter. */
  words: ReadonlyMap<Address, bigint>;
  items: number;
  toleranceBps: number;
  incoherentPenaltyBps: number;
  absentPenaltyBps: number;
  seatWei: bigint;
  /** The fees of the docket's items, and what earlier rounds added to them. */
  feeWei: bigint;
};

/** What a round means for one voter. */
export type VoterOutcome = {
  voter: Address;
  /** The voter's place in the bits of the `Settled` event: its first draw. */
  firstDraw: number;
  /** How many drawn seats it holds, and so how often it counts. */
  draws: number;
  outcome: "coherent" | "incoherent" | "absent";
  penaltyWei: bigint;
  paidWei: bigint;
};

/** The outcome of a round. Without a quorum nobody is paid, and the pot goes to the next round. */
export type Settlement = {
  quorum: boolean;
  verdict: bigint;
  /** Bit k is set when the voter of draw k is paid, as in the `Settled` event. */
  paid: number;
  potWei: bigint;
  voters: VoterOutcome[];
};

/**
 * Settle a round as the court does: verdict, who is paid and who is charged. Penalties are taken in full, which holds
 * as long as every voter's stake backs its seats.
 *
 * @example
 * const { voters } = settlementOf({ committee, words, items, feeWei, seatWei, ...rules });
 */
export function settlementOf(round: Round): Settlement {
  const words = new Map([...round.words].map(([voter, word]) => [getAddress(voter), word]));
  const voters = [...new Set(round.committee.map((voter) => getAddress(voter)))].map((voter) => {
    const draws = drawIndicesOf(round.committee, voter);
    return { voter, firstDraw: draws[0] as number, draws: draws.length, word: words.get(voter) };
  });
  const present = voters.flatMap(({ word, draws }) => (word === undefined ? [] : [{ word, weight: draws }]));
  const votes = present.reduce((sum, { weight }) => sum + weight, 0);
  const quorum = votes >= MIN_QUORUM && votes * 2 > round.committee.length;
  const verdict = quorum ? medianWord(present, round.items) : 0n;
  const agrees = (word: bigint) => isCoherent(word, verdict, round.items, round.toleranceBps);
  // Where nobody agrees the verdict says nothing about anybody: all who revealed share the pot.
  const nobody = !present.some(({ word }) => agrees(word));

  const outcomes = voters.map(({ word, ...voter }): VoterOutcome => {
    const outcome =
      word === undefined ? "absent" : !quorum || nobody || agrees(word) ? "coherent" : "incoherent";
    return { ...voter, outcome, penaltyWei: penaltyOf(round, outcome, voter.draws), paidWei: 0n };
  });
  const potWei = outcomes.reduce((sum, { penaltyWei }) => sum + penaltyWei, round.feeWei);
  if (quorum) share(potWei, outcomes);
  const coherent = outcomes.filter(({ outcome }) => outcome === "coherent");
  const paid = quorum ? bitsOf(coherent.flatMap(({ voter }) => drawIndicesOf(round.committee, voter))) : 0;
  return { quorum, verdict, paid, potWei, voters: outcomes };
}

function penaltyOf(round: Round, outcome: VoterOutcome["outcome"], draws: number): bigint {
  if (outcome === "coherent") return 0n;
  const bps = outcome === "absent" ? round.absentPenaltyBps : round.incoherentPenaltyBps;
  return (round.seatWei * BigInt(bps) * BigInt(draws)) / 10_000n;
}

/** Equal shares a draw, rounded down; the remainder goes to the first who is paid. */
function share(potWei: bigint, voters: VoterOutcome[]): void {
  const paid = voters.filter(({ outcome }) => outcome === "coherent");
  const draws = BigInt(paid.reduce((sum, voter) => sum + voter.draws, 0));
  for (const [index, voter] of paid.entries()) {
    voter.paidWei = (potWei / draws) * BigInt(voter.draws) + (index === 0 ? potWei % draws : 0n);
  }
}

function bitsOf(draws: readonly number[]): number {
  return draws.reduce((bits, draw) => (bits | (1 << draw)) >>> 0, 0);
}
