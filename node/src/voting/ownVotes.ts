import { courtAbi } from "@openledger/sdk/abi/court";
import type { Hash, Hex } from "viem";
import type { Database } from "../app/database.ts";
import { UserError } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import type { Journal } from "../chain/journal.ts";
import { isIncumbent, type VoteEvent } from "./incumbent.ts";

/** More than anybody waits for until an event counts as confirmed. */
const NEWEST_BLOCKS = 128n;

/** What following the own account's votes takes. */
export interface OwnVotesParts {
  database: Database;
  chain: Chain;
  journal: Pick<Journal, "countFlying" | "hasSigned">;
}

/**
 * Every commitment and every opened vote of this account that the chain knows, and which of them this journal did not
 * sign. Two daemons with one key would replace each other's commitments and use up each other's nonces: what the chain
 * shows tells each of them about the other, wherever it runs.
 */
export class OwnVotes {
  readonly #parts: OwnVotesParts;
  /** Transactions that were on their way when this daemon started have lower nonces. */
  #firstNonce: number | undefined;

  constructor(parts: OwnVotesParts) {
    this.#parts = parts;
    parts.database.exec(`CREATE TABLE IF NOT EXISTS own_vote (
      hash TEXT NOT NULL, log_index INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL, docket INTEGER NOT NULL,
      commitment TEXT, nonce INTEGER NOT NULL, own INTEGER NOT NULL, PRIMARY KEY (hash, log_index)) STRICT;
      CREATE INDEX IF NOT EXISTS own_vote_by_docket ON own_vote (docket);`);
  }

  /** Read the events since the last time. */
  async follow(): Promise<void> {
    const { chain } = this.#parts;
    const voter = chain.account.address;
    this.#firstNonce ??= await chain.client.getTransactionCount({ address: voter, blockTag: "pending" });
    const court = {
      address: chain.addresses.court,
      abi: courtAbi,
      args: { voter },
      fromBlock: BigInt(chain.addresses.deploymentBlock),
    } as const;
    await chain.scanner.scan({
      ...court,
      cursor: "own-commitments",
      eventName: "Committed",
      handle: async (logs) => {
        for (const log of logs) await this.#add(log, log.args.docket, log.args.commitment);
      },
    });
    await chain.scanner.scan({
      ...court,
      cursor: "own-reveals",
      eventName: "Revealed",
      handle: async (logs) => {
        for (const log of logs) await this.#add(log, log.args.docket, undefined);
      },
    });
  }

  async #add(
    log: { transactionHash: Hash; logIndex: number; blockNumber: bigint },
    docket: number,
    commitment: Hex | undefined,
  ): Promise<void> {
    const { chain, database, journal } = this.#parts;
    const [{ nonce }, { timestamp }] = await Promise.all([
      chain.client.getTransaction({ hash: log.transactionHash }),
      chain.client.getBlock({ blockNumber: log.blockNumber }),
    ]);
    const isOwn = journal.hasSigned(log.transactionHash);
    database
      .prepare("INSERT OR REPLACE INTO own_vote VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        log.transactionHash,
        log.logIndex,
        Number(log.blockNumber),
        Number(timestamp),
        docket,
        commitment ?? null,
        nonce,
        Number(isOwn),
      );
  }

  /** Whether this account made a commitment on a docket: what stands in a ballot may be left from an earlier docket. */
  hasCommitted(docket: number, commitment: Hex): boolean {
    return (
      this.#parts.database
        .prepare("SELECT 1 FROM own_vote WHERE docket = ? AND commitment = ?")
        .get(docket, commitment) !== undefined
    );
  }

  /** The transaction of a commitment that this journal did not sign; undefined when it did, or nobody made it. */
  strangerOf(docket: number, commitment: Hex): Hash | undefined {
    const row = this.#parts.database
      .prepare(
        "SELECT hash, own FROM own_vote WHERE docket = ? AND commitment = ? ORDER BY block DESC, log_index DESC LIMIT 1",
      )
      .get(docket, commitment);
    return row === undefined || row.own === 1 ? undefined : (String(row.hash) as Hash);
  }

  /**
   * Refuse to go on beside another daemon with the same key that voted first.
   *
   * @returns the last vote of another daemon that came later than this one, and has to stop.
   * @throws UserError naming the other's transaction.
   */
  check(): { docket: number; hash: Hash } | undefined {
    const stranger = this.#lastStranger();
    if (stranger === undefined || isIncumbent(this.#events(stranger.at), stranger)) return stranger;
    throw new UserError(otherDaemon(stranger.docket, stranger.hash));
  }

  /**
   * Refuse to replace a commitment that this journal did not sign, and to sign behind a transaction of somebody else that
   * is not mined yet: it may be such a commitment.
   *
   * @param nonce What the transaction would get.
   * @param standing Reads what stands in the ballot.
   * @throws TransactionRefusedError saying what is in the way.
   */
  async admit(docket: number, nonce: number, standing: () => Promise<Hex>): Promise<void> {
    const { chain, journal } = this.#parts;
    const mined = await chain.client.getTransactionCount({
      address: chain.account.address,
      blockTag: "latest",
    });
    if (nonce > mined + journal.countFlying(mined)) {
      throw new TransactionRefusedError({
        code: "other-transaction",
        sentence: "A transaction of this account that is not in this daemon's journal waits to be mined.",
        next: "Nothing has to be done: the vote is sent behind it.",
      });
    }
    await this.follow();
    const stranger = this.strangerOf(docket, await standing()) ?? (await this.#newStranger(docket));
    if (stranger !== undefined) throw new TransactionRefusedError(otherDaemon(docket, stranger));
  }

  /**
   * A commitment in the newest blocks that this journal did not sign: whoever follows events hears of them only once they
   * are confirmed, and what stands in the ballot does not tell whether it was left there by an earlier docket.
   */
  async #newStranger(docket: number): Promise<Hash | undefined> {
    const { chain, journal } = this.#parts;
    const { number } = await chain.client.getBlock({ blockTag: "latest" });
    const logs = await chain.client.getContractEvents({
      address: chain.addresses.court,
      abi: courtAbi,
      eventName: "Committed",
      args: { docket, voter: chain.account.address },
      fromBlock: number > NEWEST_BLOCKS ? number - NEWEST_BLOCKS : 0n,
      toBlock: number,
    });
    return logs.findLast(({ transactionHash }) => !journal.hasSigned(transactionHash))?.transactionHash;
  }

  /** The last vote that another daemon made while this one ran. */
  #lastStranger(): (VoteEvent & { docket: number; hash: Hash }) | undefined {
    if (this.#firstNonce === undefined) return undefined;
    const row = this.#parts.database
      .prepare(
        "SELECT * FROM own_vote WHERE own = 0 AND nonce >= ? ORDER BY block DESC, log_index DESC LIMIT 1",
      )
      .get(this.#firstNonce);
    return row && { ...eventOf(row), docket: Number(row.docket), hash: String(row.hash) as Hash };
  }

  #events(until: number): VoteEvent[] {
    return this.#parts.database
      .prepare("SELECT * FROM own_vote WHERE at <= ? ORDER BY block DESC, log_index DESC LIMIT 10000")
      .all(until)
      .map(eventOf)
      .reverse();
  }
}

function eventOf(row: Record<string, unknown>): VoteEvent {
  return { at: Number(row.at), isOwn: row.own === 1 };
}

function otherDaemon(docket: number, hash: Hash) {
  return {
    code: "key-in-use",
    sentence: `Another daemon votes with this key: transaction ${hash} on docket ${docket} is not in this daemon's journal.`,
    next: "Let only one daemon run with a key. If the other one is to go, stop it, and start this one again.",
  };
}
