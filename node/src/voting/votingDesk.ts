import { setTimeout as sleep } from "node:timers/promises";
import { keccak256, stringToBytes } from "viem";
import { z } from "zod";
import type { RoleContext } from "../app/app.ts";
import { UserError } from "../app/errors.ts";
import { type DirectoryLock, lockAccount } from "../app/lock.ts";
import { httpUrl, isLoopback, secret } from "../config/config.ts";
import { addFeedRoutes } from "../notices/feedRoutes.ts";
import { Notices } from "../notices/notices.ts";
import { WebhookSender } from "../notices/webhook.ts";
import type { Approvals } from "./approval.ts";
import { BallotBox } from "./ballotBox.ts";
import { addDocketMetrics, addDocketsRoute, DocketBoard } from "./docketBoard.ts";
import { DocketBook } from "./docketBook.ts";
import { revealKeptVotes } from "./keptVotes.ts";
import { OwnVotes } from "./ownVotes.ts";
import type { Turns } from "./turns.ts";
import { VoteNotices } from "./voteNotices.ts";
import { VoteStore } from "./voteStore.ts";
import { addVotesRoute } from "./votesRoute.ts";
import { type Bench, Voting } from "./voting.ts";

/** The settings of every role that votes. */
export const votingConfig = {
  WEBHOOK_URL: httpUrl()
    .optional()
    .describe(
      "Address that is told when seats are drawn, reveals are due, and of verdicts, appeals and payments",
    ),
  WEBHOOK_SECRET: secret().optional().describe("Signs what is sent to WEBHOOK_URL"),
  VOTES_KEPT: z.coerce
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(2_000)
    .describe("How many votes are kept with the reasons of every grade; those still open stay beyond it"),
};

/** What voting takes from a role. */
export interface VotingDeskParts {
  context: RoleContext<typeof votingConfig>;
  pools: readonly number[];
  turns: Turns;
}

const PRUNE_SECONDS = 600;
/** A window may be short: while the chain does not answer, ask again this soon. */
const LONGEST_WAIT_SECONDS = 3;

/** Everything that a role needs to vote: the stores, the loop, the routes, the metrics and the notices. */
export class VotingDesk {
  readonly votes: VoteStore;
  readonly dockets: DocketBook;
  readonly board = new DocketBoard();
  readonly #parts: VotingDeskParts;
  readonly #notices: Notices;
  readonly #ownVotes: OwnVotes;
  readonly #box: BallotBox;
  readonly #lock: DirectoryLock;

  /** @throws UserError when WEBHOOK_URL has no WEBHOOK_SECRET, or a process of this machine votes with the same key. */
  constructor(parts: VotingDeskParts) {
    const { chain, config, database, journal, log, metrics, server } = parts.context;
    if (config.WEBHOOK_URL !== undefined && config.WEBHOOK_SECRET === undefined) {
      throw new UserError({
        code: "bad-configuration",
        sentence:
          "WEBHOOK_URL is set and WEBHOOK_SECRET is not: its receiver could not tell who sends to it.",
        next: "Set WEBHOOK_SECRET to a long random text, and give it to the receiver.",
      });
    }
    this.#parts = parts;
    this.#lock = lockAccount(voterName(parts.context));
    this.votes = new VoteStore(database);
    this.dockets = new DocketBook(database, chain, parts.pools);
    this.#ownVotes = new OwnVotes({ database, chain, journal });
    this.#box = new BallotBox({ chain, journal, votes: this.votes, ownVotes: this.#ownVotes, log });
    this.#notices = new Notices(database, config.WEBHOOK_URL !== undefined);
    addVotesRoute(server, this.votes, (docket) => this.dockets.isSettled(docket));
    addDocketsRoute(server, this.board, chain);
    addDocketMetrics(metrics, this.board, chain);
    addFeedRoutes(server, this.#notices, chain.account.address);
  }

  /**
   * Opens the votes that are due, from the own disk: the first thing to do after a start. It never fails, and holds
   * nobody up while the chain does not answer.
   */
  async revealKeptVotes(): Promise<void> {
    const { chain, journal, log, signal } = this.#parts.context;
    const parts = { chain, journal, log, book: this.dockets, votes: this.votes, box: this.#box };
    const patience = sleep(1000 * LONGEST_WAIT_SECONDS, undefined, { signal, ref: false });
    await Promise.race([revealKeptVotes(parts), patience.catch(() => undefined)]);
  }

  /** Votes until the daemon stops. */
  run(bench: Bench, approvals: Approvals): Promise<unknown> {
    const { chain, config, log } = this.#parts.context;
    const voting = new Voting({
      chain,
      log,
      box: this.#box,
      book: this.dockets,
      votes: this.votes,
      turns: this.#parts.turns,
      bench,
      approvals,
      ownVotes: this.#ownVotes,
      board: this.board,
      notices: new VoteNotices(this.#notices),
    });
    return Promise.all([
      chain.poll("dockets", () => voting.look(), config.POLL_SECONDS, LONGEST_WAIT_SECONDS),
      chain.poll("log of votes", async () => this.#prune(), PRUNE_SECONDS),
      ...this.#deliver(),
    ]).finally(() => this.#lock.release());
  }

  #deliver(): Promise<void>[] {
    const { chain, config, log, signal } = this.#parts.context;
    const { WEBHOOK_URL: url, WEBHOOK_SECRET: key } = config;
    if (url === undefined || key === undefined) return [];
    const sender = new WebhookSender({ notices: this.#notices, url, secret: key, log, signal });
    return [chain.poll("notices", () => sender.round())];
  }

  #prune(): void {
    const { config, log } = this.#parts.context;
    const forgotten = this.votes.prune(config.VOTES_KEPT, (docket) => this.dockets.isDone(docket));
    if (forgotten > 0) log.info({ votes: forgotten, kept: config.VOTES_KEPT }, "old votes forgotten");
  }
}

/** Names a voter on a chain. Test chains that were made in the same second are told apart by where they answer. */
function voterName({ chain, config }: RoleContext<typeof votingConfig>): string {
  const where = isLoopback(config.RPC_URL) ? new URL(config.RPC_URL).host : "";
  const identity = `${chain.genesisHash}:${chain.addresses.court}:${where}`;
  return `${chain.account.address.toLowerCase()}-${keccak256(stringToBytes(identity)).slice(2, 18)}`;
}
