import { commitmentOf } from "@openledger/sdk/commitment";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { isAppeal } from "@openledger/sdk/docketId";
import { MAX_ITEMS } from "@openledger/sdk/pools";
import type { Logger } from "pino";
import { type Address, type Hex, zeroHash } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import type { Approvals } from "./approval.ts";
import { castBallot, wordOf } from "./ballot.ts";
import type { BallotBox } from "./ballotBox.ts";
import { committeeOf } from "./committee.ts";
import type { DocketBoard, Owed } from "./docketBoard.ts";
import { type Docket, type DocketBook, Phase } from "./docketBook.ts";
import type { OwnVotes } from "./ownVotes.ts";
import { votesNear } from "./recall.ts";
import { isEarly, isLastMoment, isRevealLate, isTooLate } from "./timing.ts";
import type { Turns } from "./turns.ts";
import type { VoteNotices } from "./voteNotices.ts";
import type { ItemOpinion, SavedVote, VoteStore } from "./voteStore.ts";

/** Whoever forms the opinions: files for validators, attestations for trainers. */
export interface Bench {
  /** The own seats were drawn: start judging what is not judged yet. Called at every look. */
  prepare(docket: Docket): void;
  /**
   * An opinion of every item of a docket, or undefined while some are missing.
   *
   * @param final There is no more time: what is missing gets an opinion that says so.
   */
  opinions(docket: Docket, final: boolean): ItemOpinion[] | undefined;
  /** Items of a docket that have no opinion yet, as people call them. */
  missing?(docket: Docket): string[];
  /**
   * Whether opinions are cheap to ask for and may still change: votes are then committed before everything is known, and
   * replaced when more is.
   */
  readonly isRevisable?: boolean;
  /**
   * A docket got its verdict, which can still be appealed. Called at every look until it returns true: nothing is left
   * to do.
   *
   * @param committee The voters of its last round, as far as they are still known.
   */
  settled(docket: Docket, committee: readonly Address[]): Promise<boolean>;
}

/** What voting is made of. */
export interface VotingParts {
  chain: Chain;
  log: Logger;
  box: BallotBox;
  book: DocketBook;
  votes: VoteStore;
  turns: Turns;
  bench: Bench;
  approvals: Approvals;
  ownVotes: OwnVotes;
  board: DocketBoard;
  notices: VoteNotices;
}

/** Dockets that are moved on at the same time. */
const AT_ONCE = 8;

/**
 * Moves every docket on: closes, draws and settles what is due, commits and reveals where an own seat was drawn. Looks at
 * the chain anew each time and does what is missing, so that nothing depends on what happened before a restart.
 */
export class Voting {
  readonly #parts: VotingParts;
  /** Since when something that anyone may do is due, in chain time. */
  readonly #dueSince = new Map<string, number>();
  readonly #committees = new Map<string, readonly Address[]>();
  /** Lost votes that were looked for, with what they were looked for near. */
  readonly #recalled = new Set<string>();
  #strangersHash: Hex | undefined;

  constructor(parts: VotingParts) {
    this.#parts = parts;
  }

  /**
   * One look at all dockets. Call it in a poll.
   *
   * @throws UserError when another daemon votes with the same key and was there before.
   */
  async look(): Promise<void> {
    const { board, book, chain, log, ownVotes } = this.#parts;
    await ownVotes.follow();
    this.#warnOf(ownVotes.check());
    await book.follow();
    const [{ number, timestamp }, dockets] = await Promise.all([chain.head(), book.open()]);
    board.keep(dockets);
    const sorted = dockets.toSorted((a, b) => deadlineOf(a) - deadlineOf(b));
    for (let at = 0; at < sorted.length; at += AT_ONCE) {
      await Promise.all(
        sorted.slice(at, at + AT_ONCE).map((docket) =>
          // One docket that cannot be read must not keep the node from voting on the others.
          this.#move(docket, Number(number), timestamp).catch((error: unknown) => {
            if (!isStopping(error))
              log.warn({ docket: docket.id, phase: docket.phase, err: error }, "docket not moved");
          }),
        ),
      );
    }
  }

  /** Once for each vote of a daemon that is to stop by itself. */
  #warnOf(stranger: { docket: number; hash: Hex } | undefined): void {
    if (stranger === undefined || stranger.hash === this.#strangersHash) return;
    this.#strangersHash = stranger.hash;
    this.#parts.log.warn(stranger, "another daemon votes with this key, and should have stopped");
  }

  async #move(docket: Docket, block: number, now: number): Promise<void> {
    const { id, round } = docket;
    if (docket.phase < Phase.COMMITTING || docket.phase > Phase.REVEALING) this.#parts.board.note(docket);
    if (isAppeal(id)) this.#tellAppeal(docket);
    switch (docket.phase) {
      case Phase.COLLECTING:
        if (now >= docket.closesAt || docket.items >= MAX_ITEMS)
          await this.#anyone(`close:${id}`, docket, now, [], "close", [docket.pool]);
        return;
      case Phase.DRAWING:
        if (block >= docket.seedBlock) {
          await this.#anyone(`draw:${id}:${round}:${docket.seedBlock}`, docket, now, [], "draw", [id]);
        }
        return;
      case Phase.COMMITTING:
        return this.#commit(docket, now);
      case Phase.REVEALING:
        await this.#reveal(docket, now);
        // The Court settles as soon as everybody has revealed; nobody has to wait for the window's end.
        if (await this.#allRevealed(docket)) {
          await this.#anyone(`settle:${id}:${round}`, docket, now, await this.#committee(docket), "settle", [
            id,
          ]);
        }
        return;
      case Phase.SETTLING:
        await this.#anyone(`settle:${id}:${round}`, docket, now, await this.#committee(docket), "settle", [
          id,
        ]);
        return;
      case Phase.SETTLED:
        return this.#settled(docket);
    }
  }

  async #commit(docket: Docket, now: number): Promise<void> {
    const { bench, board, chain, notices } = this.#parts;
    const seats = drawIndicesOf(await this.#committee(docket), chain.account.address);
    if (seats.length === 0) return board.note(docket);
    notices.drawn(docket, seats);
    const vote = await this.#decide(docket, now);
    const missing = bench.missing?.(docket) ?? [];
    const owes: Owed[] = vote?.complete ? [] : missing.length > 0 ? ["judgement"] : [];
    if (vote === undefined && missing.length === 0) owes.push("confirmation");
    const isStanding = vote !== undefined && (await this.#parts.box.standing(docket.id)) === vote.commitment;
    board.note(docket, { seats, missing, owes: isStanding ? owes : [...owes, "commitment"] });
    if (vote === undefined || isStanding) return;
    this.#parts.box.cast(`commit:${docket.id}:${docket.round}:${vote.version}`, "commit", [
      docket.id,
      vote.commitment,
    ]);
  }

  /** The vote that is to stand now, saved; undefined while there is none. */
  async #decide(docket: Docket, now: number): Promise<SavedVote | undefined> {
    const { approvals, bench, chain, log, votes } = this.#parts;
    const last = votes.find(docket.id, docket.round);
    if (last !== undefined && (!bench.isRevisable || isTooLate(docket, now))) return last;
    bench.prepare(docket);
    const known = bench.opinions(docket, false);
    // An absent vote costs more than an honest "unavailable".
    const isDue = isLastMoment(docket, now) || (bench.isRevisable && isEarly(docket, now));
    // What was judged once and is lost now is judged again before the vote can change.
    if (known === undefined && last?.complete) return last;
    const opinions = known ?? (isDue ? bench.opinions(docket, true) : undefined);
    if (opinions === undefined) return last;
    const complete = known !== undefined;
    const draft = { opinions, complete, isLastMoment: isLastMoment(docket, now) };
    const approved = approvals.approve(docket, draft);
    if (approved === undefined) return last;
    const { decidedBy, changes } = approved;
    const { word, reasons } = wordOf(approved.opinions);
    const isSame = word === last?.word && reasons === last.reasons;
    if (isSame && last.complete === complete && last.decidedBy === decidedBy) return last;
    const ballot = await castBallot(chain, docket, approved.opinions);
    const version = last === undefined ? 0 : isSame ? last.version : last.version + 1;
    const vote: SavedVote = { ...ballot, decidedBy, changes, complete, version, decidedAt: now };
    votes.save(vote);
    if (!isSame) this.#tell(vote, log);
    return vote;
  }

  #tell(vote: SavedVote, log: Logger): void {
    const { docket, round, version, decidedBy } = vote;
    for (const { item, subject, grade, reason, why } of vote.opinions) {
      log.info({ docket, round, version, decidedBy, item, subject, grade, reason, why }, "item judged");
    }
  }

  async #reveal(docket: Docket, now: number): Promise<void> {
    const { board, chain, notices, ownVotes, votes } = this.#parts;
    const seats = drawIndicesOf(await this.#committee(docket), chain.account.address);
    const [drawIndex] = seats;
    const isRevealed = seats.some((seat) => ((docket.revealed >>> seat) & 1) === 1);
    if (drawIndex === undefined || isRevealed) return board.note(docket, { seats });
    const commitment = await this.#parts.box.standing(docket.id);
    if (commitment === zeroHash) return board.note(docket, { seats });
    let vote = votes.committed(docket.id, docket.round, commitment);
    // What an earlier docket left in the ballot is no commitment to this one.
    if (vote === undefined && !ownVotes.hasCommitted(docket.id, commitment))
      return board.note(docket, { seats });
    board.note(docket, { seats, owes: ["reveal"], missing: this.#parts.bench.missing?.(docket) ?? [] });
    notices.revealDue(docket);
    vote ??= await this.#recall(docket, commitment, now);
    if (vote === undefined) return;
    this.#parts.box.castReveal(docket, drawIndex, vote);
  }

  async #allRevealed(docket: Docket): Promise<boolean> {
    const committee = await this.#committee(docket);
    return committee.every((voter) =>
      drawIndicesOf(committee, voter).some((index) => ((docket.revealed >>> index) & 1) === 1),
    );
  }

  /**
   * The vote behind a commitment that this key made but this disk has lost: judged once more, with the same salt, and
   * looked for near what is judged now.
   */
  async #recall(docket: Docket, commitment: Hex, now: number): Promise<SavedVote | undefined> {
    const { bench, chain, log, votes } = this.#parts;
    const { id, round } = docket;
    bench.prepare(docket);
    const judged =
      bench.opinions(docket, false) ?? (isRevealLate(docket, now) ? bench.opinions(docket, true) : undefined);
    if (judged === undefined) return undefined;
    const { salt, word, reasons } = await castBallot(chain, docket, judged);
    const tried = `${commitment}:${word}:${reasons}`;
    if (this.#recalled.has(tried)) return undefined;
    this.#recalled.add(tried);
    const place = { chainId: chain.chainId, court: chain.addresses.court, docket: id };
    for (const opinions of votesNear(judged)) {
      const near = wordOf(opinions);
      if (commitmentOf({ ...place, ...near, voter: chain.account.address, salt }) !== commitment) continue;
      log.info(
        { docket: id, round, ...near, word: String(near.word) },
        "lost vote judged again and recognised",
      );
      const vote: SavedVote = {
        docket: id,
        round,
        ...near,
        salt,
        commitment,
        opinions,
        version: (votes.find(id, round)?.version ?? -1) + 1,
        complete: true,
        decidedBy: "daemon",
        changes: [],
        decidedAt: now,
      };
      votes.save(vote);
      return vote;
    }
    log.warn({ docket: id, round }, "own commitment does not match the judgement made again");
    return undefined;
  }

  async #settled(docket: Docket): Promise<void> {
    const { bench, book, notices, votes } = this.#parts;
    book.markSettled(docket.id);
    const settlement = book.settlement(docket.id);
    const vote = votes.find(docket.id, docket.round);
    if (settlement !== undefined && vote !== undefined) notices.settled(docket, settlement, vote);
    const done = await bench.settled(docket, this.#committees.get(`${docket.id}:${docket.round}`) ?? []);
    if (!done || settlement === undefined) return;
    book.markDone(docket.id);
    for (const key of this.#dueSince.keys())
      if (key.split(":")[1] === String(docket.id)) this.#dueSince.delete(key);
    for (const key of this.#committees.keys())
      if (key.startsWith(`${docket.id}:`)) this.#committees.delete(key);
  }

  /** Voters of a docket hear that somebody appealed it. */
  #tellAppeal(docket: Docket): void {
    const { notices, votes } = this.#parts;
    if (votes.hasVoted(docket.origin.docket)) notices.appealed(docket);
  }

  async #committee(docket: Docket): Promise<readonly Address[]> {
    const key = `${docket.id}:${docket.round}`;
    let committee = this.#committees.get(key);
    if (committee === undefined) {
      committee = await committeeOf(this.#parts.chain, docket);
      this.#committees.set(key, committee);
    }
    return committee;
  }

  /** Something that anyone may do: done when it is this account's turn and nobody did it before. */
  async #anyone(
    key: string,
    docket: Docket,
    now: number,
    committee: readonly Address[],
    functionName: "close" | "draw" | "settle",
    args: readonly [number],
  ): Promise<void> {
    const since = this.#dueSince.get(key) ?? now;
    this.#dueSince.set(key, since);
    const wait = await this.#parts.turns.seconds(key, docket.pool, committee);
    if (now - since >= wait) this.#parts.box.cast(key, functionName, args);
  }
}

/** When a vote on a docket is due, in chain time; dockets without a window come last. */
function deadlineOf({ phase, commitEnds, revealEnds }: Docket): number {
  if (phase === Phase.COMMITTING) return commitEnds;
  return phase === Phase.REVEALING ? revealEnds : Number.MAX_SAFE_INTEGER;
}
