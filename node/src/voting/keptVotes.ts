import { drawIndicesOf } from "@openledger/sdk/committee";
import type { Logger } from "pino";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import type { BallotBox } from "./ballotBox.ts";
import { committeeOf } from "./committee.ts";
import { type DocketBook, Phase } from "./docketBook.ts";
import type { VoteStore } from "./voteStore.ts";

/** What revealing kept votes takes. */
export interface KeptVotesParts {
  chain: Chain;
  journal: Journal;
  book: DocketBook;
  votes: VoteStore;
  box: BallotBox;
  log: Logger;
}

/**
 * Reveals the votes that this disk has and whose window is open, before anything else of a start: a window may end in a
 * second, and what was missed while the daemon was off, however long that was, need not be read for it.
 *
 * @returns when what can be sent is sent; a failure is logged, as the loop that follows does the same.
 */
export async function revealKeptVotes(parts: KeptVotesParts): Promise<void> {
  const { book, journal, log, votes } = parts;
  const dockets = book.unsettled().filter((id) => votes.hasVoted(id));
  if (dockets.length === 0) return;
  const done = await Promise.allSettled(dockets.map((id) => revealOne(parts, id)));
  for (const one of done) {
    if (one.status === "rejected" && !isStopping(one.reason))
      log.warn({ err: one.reason }, "kept vote not revealed yet");
  }
  if (done.some((one) => one.status === "fulfilled" && one.value))
    await journal.advance().catch((error: unknown) => {
      if (!isStopping(error)) log.warn({ err: error }, "kept votes not sent yet");
    });
}

/** @returns whether there was something to reveal. */
async function revealOne({ book, box, chain, votes }: KeptVotesParts, id: number): Promise<boolean> {
  const docket = await book.read(id);
  if (docket.phase !== Phase.REVEALING) return false;
  const [committee, commitment] = await Promise.all([committeeOf(chain, docket), box.standing(id)]);
  const seats = drawIndicesOf(committee, chain.account.address);
  const [drawIndex] = seats;
  const isRevealed = seats.some((seat) => ((docket.revealed >>> seat) & 1) === 1);
  const vote = votes.committed(id, docket.round, commitment);
  if (drawIndex === undefined || isRevealed || vote === undefined) return false;
  box.castReveal(docket, drawIndex, vote);
  return true;
}
