import { courtAbi } from "@openledger/sdk/abi/court";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { MAX_ITEMS } from "@openledger/sdk/pools";
import type { Logger } from "pino";
import { type Address, encodeFunctionData, type Hex, zeroHash } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import type { Journal } from "../chain/journal.ts";
import { castBallot } from "./ballot.ts";
import { committeeOf } from "./committee.ts";
import { type Docket, type DocketBook, Phase } from "./docketBook.ts";
import type { Turns } from "./turns.ts";
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
  journal: Journal;
  log: Logger;
  book: DocketBook;
  votes: VoteStore;
  turns: Turns;
  bench: Bench;
}

/** Before the end of a commit window, when to stop waiting: a tenth of the reveal window, at least these seconds. */
const LATEST_SHARE = 0.1;
const LATEST_SECONDS = 3;

/**
 * Moves every docket on: closes, draws and settles what is due, commits and reveals where an own seat was drawn. Looks at
 * the chain anew each time and does what is missing, so that nothing depends on what happened before a restart.
 */
export class Voting {
  readonly #parts: VotingParts;
  readonly #busy = new Set<string>();
  /** Since when something that anyone may do is due, in chain time. */
  readonly #dueSince = new Map<string, number>();
  /** What stands in own ballots and is no vote on the docket at hand. */
  readonly #foreign = new Set<Hex>();
  readonly #committees = new Map<string, readonly Address[]>();

  constructor(parts: VotingParts) {
    this.#parts = parts;
  }

  /** One look at all dockets. Call it in a poll. */
  async look(): Promise<void> {
    const { book, chain, log } = this.#parts;
    await book.follow();
    const [{ number, timestamp }, dockets] = await Promise.all([chain.head(), book.open()]);
    for (const docket of dockets) {
      // One docket that cannot be read must not keep the node from voting on the others.
      await this.#move(docket, Number(number), timestamp).catch((error: unknown) => {
        if (!isStopping(error))
          log.warn({ docket: docket.id, phase: docket.phase, err: error }, "docket not moved");
      });
    }
  }

  async #move(docket: Docket, block: number, now: number): Promise<void> {
    const { id, round } = docket;
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
        await this.#reveal(docket);
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
    const { bench, votes, chain, log } = this.#parts;
    const committee = await this.#committee(docket);
    if (drawIndicesOf(committee, chain.account.address).length === 0) return;
    let vote = votes.find(docket.id, docket.round);
    if (vote === undefined) {
      bench.prepare(docket);
      const opinions = bench.opinions(docket, false) ?? this.#lastMoment(docket, now);
      if (opinions === undefined) return;
      vote = { ...(await castBallot(chain, docket, opinions)), decidedAt: now };
      votes.save(vote);
      for (const { item, subject, grade, reason, why } of vote.opinions) {
        log.info(
          { docket: docket.id, round: docket.round, item, subject, grade, reason, why },
          "item judged",
        );
      }
    }
    const args = [docket.id, vote.commitment] as const;
    this.#do(`commit:${docket.id}:${docket.round}`, "commit", args);
  }

  /** Opinions for what is known when the window is nearly over: an absent vote costs more than an honest "unavailable". */
  #lastMoment(docket: Docket, now: number): ItemOpinion[] | undefined {
    const margin = Math.max(LATEST_SECONDS, LATEST_SHARE * (docket.revealEnds - docket.commitEnds));
    return now >= docket.commitEnds - margin ? this.#parts.bench.opinions(docket, true) : undefined;
  }

  async #reveal(docket: Docket): Promise<void> {
    const { chain, votes } = this.#parts;
    const key = `reveal:${docket.id}:${docket.round}`;
    if (this.#busy.has(key) || this.#parts.journal.find(key)?.state === "finalized") return;
    const voter = chain.account.address;
    const [drawIndex] = drawIndicesOf(await this.#committee(docket), voter);
    if (drawIndex === undefined) return;
    const commitment = await chain.client.readContract({
      address: chain.addresses.court,
      abi: courtAbi,
      functionName: "voteOf",
      args: [docket.id, voter],
    });
    if (commitment === zeroHash) return;
    const vote = votes.find(docket.id, docket.round) ?? (await this.#recall(docket, commitment));
    if (vote?.commitment !== commitment) return;
    this.#do(key, "reveal", [docket.id, drawIndex, vote.word, vote.salt, vote.reasons]);
  }

  async #allRevealed(docket: Docket): Promise<boolean> {
    const committee = await this.#committee(docket);
    return committee.every((voter) =>
      drawIndicesOf(committee, voter).some((index) => ((docket.revealed >> index) & 1) === 1),
    );
  }

  /** The vote behind a commitment that this key made but this disk has lost: judged once more, with the same salt. */
  async #recall(docket: Docket, commitment: Hex): Promise<SavedVote | undefined> {
    const { bench, chain, log, votes } = this.#parts;
    if (this.#foreign.has(commitment)) return undefined;
    bench.prepare(docket);
    const opinions = bench.opinions(docket, false);
    if (opinions === undefined) return undefined;
    const vote = { ...(await castBallot(chain, docket, opinions)), decidedAt: await chain.now() };
    if (vote.commitment === commitment) {
      log.info({ docket: docket.id, round: docket.round }, "lost vote judged again and recognised");
      votes.save(vote);
      return vote;
    }
    log.warn(
      { docket: docket.id, round: docket.round },
      "own commitment does not match the judgement made again",
    );
    return undefined;
  }

  async #settled(docket: Docket): Promise<void> {
    const { bench, book } = this.#parts;
    book.markSettled(docket.id);
    const done = await bench.settled(docket, this.#committees.get(`${docket.id}:${docket.round}`) ?? []);
    if (!done) return;
    book.markDone(docket.id);
    for (const key of this.#dueSince.keys())
      if (key.split(":")[1] === String(docket.id)) this.#dueSince.delete(key);
    for (const key of this.#committees.keys())
      if (key.startsWith(`${docket.id}:`)) this.#committees.delete(key);
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
    if (now - since >= wait) this.#do(key, functionName, args);
  }

  /** Hand a call of the Court to the journal without waiting for it; a refusal by the dry run means that it is done. */
  #do(
    key: string,
    functionName: "close" | "draw" | "settle" | "commit" | "reveal",
    args: readonly unknown[],
  ): void {
    const { chain, journal, log } = this.#parts;
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    const data = encodeFunctionData({ abi: courtAbi, functionName, args } as Parameters<
      typeof encodeFunctionData
    >[0]);
    const description = `${functionName} ${key.slice(key.indexOf(":") + 1)}`;
    journal
      .send({ key, to: chain.addresses.court, data, description, again: true })
      .catch((error: unknown) => {
        if (isStopping(error)) return;
        if (error instanceof TransactionRefusedError) {
          log.debug({ key, code: error.code }, "not needed or not possible any more");
        } else {
          log.warn({ key, err: error }, "transaction failed");
        }
      })
      .finally(() => this.#busy.delete(key));
  }
}
