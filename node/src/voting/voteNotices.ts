import { GRADE_NAMES, unpackWord } from "@openledger/sdk/grades";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import type { Notices } from "../notices/notices.ts";
import type { Docket, Settlement } from "./docketBook.ts";
import type { SavedVote } from "./voteStore.ts";

/** Tells of everything that happens to this account's votes; each thing once. */
export class VoteNotices {
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Own seats were drawn. @param seats The draw indices. */
  drawn(docket: Docket, seats: readonly number[]): void {
    this.#notices.add({
      id: drawnId(docket),
      kind: "drawn",
      docket: docket.id,
      title: `Drawn for ${docket.origin.docket === docket.id ? "" : "an appeal, "}docket ${docket.id}`,
      text: `${count(seats.length, "seat")} of this account judge ${count(docket.items, "item")}; votes are committed until ${time(docket.commitEnds)}.`,
      facts: {
        round: docket.round,
        items: docket.items,
        seats: seats.join(","),
        commitEnds: docket.commitEnds,
        revealEnds: docket.revealEnds,
      },
    });
  }

  /** The window to reveal is open, and an own commitment waits for it. */
  revealDue(docket: Docket): void {
    this.#notices.add({
      id: `reveal-due:${docket.id}:${docket.round}`,
      kind: "reveal-due",
      docket: docket.id,
      title: `Reveal of docket ${docket.id} is open`,
      text: `The vote is to be revealed until ${time(docket.revealEnds)}; a node that runs does it by itself.`,
      facts: { round: docket.round, revealEnds: docket.revealEnds },
    });
  }

  /** A docket on which this account voted has its verdict. */
  settled(docket: Docket, settlement: Settlement, vote: SavedVote): void {
    const { round, verdict, coherent, revealed, feeWei } = settlement;
    const seats = this.#seatsOf({ ...docket, round });
    const grades = unpackWord(verdict, docket.items);
    const own = unpackWord(vote.word, docket.items);
    const agreed = grades.filter((grade, item) => grade === own[item]).length;
    const outcome = outcomeOf(seats, coherent, revealed);
    this.#notices.add({
      id: `verdict:${docket.id}`,
      kind: "verdict",
      docket: docket.id,
      title: `Verdict of docket ${docket.id}: ${outcome}`,
      text: `${grades.filter((grade) => grade > 0).length} of ${count(grades.length, "item")} accepted; ${agreed} graded as this account did.`,
      facts: {
        round,
        outcome,
        grades: grades.map((grade) => GRADE_NAMES[grade]).join(","),
        own: own.map((grade) => GRADE_NAMES[grade]).join(","),
      },
    });
    const paidWei = paidOf(seats, coherent, feeWei);
    if (paidWei === 0n) return;
    this.#notices.add({
      id: `paid:${docket.id}`,
      kind: "paid",
      docket: docket.id,
      title: `Paid ${formatOpenAmount(paidWei)} for docket ${docket.id}`,
      text: "The Vault holds it until it is claimed.",
      facts: { amountWei: String(paidWei), round },
    });
  }

  /** A verdict in which this account took part is appealed. */
  appealed(appeal: Docket): void {
    this.#notices.add({
      id: `appeal:${appeal.id}`,
      kind: "appeal",
      docket: appeal.id,
      title: `Verdict of docket ${appeal.origin.docket} is appealed`,
      text: `Docket ${appeal.id} judges ${count(appeal.items, "item")} from place ${appeal.origin.position} anew.`,
      facts: { origin: appeal.origin.docket, position: appeal.origin.position },
    });
  }

  /** By which draws this account sat in a round, as it was noted when it was drawn. */
  #seatsOf(docket: Pick<Docket, "id" | "round">): number[] {
    const seats = String(this.#notices.find(drawnId(docket))?.facts.seats ?? "");
    return seats === "" ? [] : seats.split(",").map(Number);
  }
}

function drawnId({ id, round }: Pick<Docket, "id" | "round">): string {
  return `drawn:${id}:${round}`;
}

function outcomeOf(seats: readonly number[], coherent: number, revealed: number): string {
  const has = (bits: number) => seats.some((seat) => ((bits >>> seat) & 1) === 1);
  if (has(coherent)) return "coherent, paid";
  if (has(revealed)) return "incoherent, charged";
  return seats.length === 0 ? "not in the last committee" : "not revealed, charged";
}

/**
 * What a voter gets: an equal share for each draw that is paid, rounded down, and the remainder to the voter of the
 * lowest paid draw, as the event Settled says.
 */
function paidOf(seats: readonly number[], coherent: number, feeWei: bigint): bigint {
  const paid = Array.from({ length: 32 }, (_, draw) => draw).filter(
    (draw) => ((coherent >>> draw) & 1) === 1,
  );
  const own = seats.filter((seat) => paid.includes(seat));
  if (own.length === 0) return 0n;
  const draws = BigInt(paid.length);
  const rest = own.includes(paid[0] ?? -1) ? feeWei % draws : 0n;
  return (feeWei / draws) * BigInt(own.length) + rest;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
