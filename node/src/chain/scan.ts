import { isRangeRefusal } from "@openledger/sdk/client/eventsInRange";
import type { Abi, Address, ContractEventName, GetContractEventsReturnType, Hash, PublicClient } from "viem";
import { type Database, inTransaction } from "../app/database.ts";
import { Heads } from "./heads.ts";

/** What to look for, from where on, and what to do with it. */
export interface ScanOptions<ContractAbi extends Abi, Name extends ContractEventName<ContractAbi>> {
  /** Names the cursor; unique in a data directory. */
  cursor: string;
  address: Address;
  abi: ContractAbi;
  eventName: Name;
  /** Only events with these indexed arguments. */
  args?: Record<string, unknown>;
  fromBlock: bigint;
  /**
   * Handles the events of one range, in their order. The cursor moves only after it returned, so that after a crash or
   * a roll-back of the chain a range may come twice: what it does must bear that.
   */
  handle: (
    logs: GetContractEventsReturnType<ContractAbi, Name, true>,
    toBlock: bigint,
  ) => Promise<void> | void;
}

/** How a scanner follows the chain. */
export interface ScannerOptions {
  /** Blocks, its own included, after which an event counts. */
  confirmations: number;
  /** Blocks that one request asks for at most; fewer when the node refuses that many. */
  rangeBlocks?: bigint;
  heads?: Heads;
  /** For how long a newest block is new enough, so that all cursors of a round share one. */
  headMilliseconds?: number;
}

/** A block up to which everything was handled. */
interface Checkpoint {
  block: bigint;
  hash: Hash;
}

const RANGE_BLOCKS = 2_000n;
/** Where nothing happens a cursor is written this seldom; after a crash so many blocks without events are read again. */
const WRITE_EVERY_BLOCKS = 100n;
/** Places to which a cursor can go back when the chain was rolled back; further, it starts over. */
const CHECKPOINTS = 32;

/**
 * Reads events block range by block range and remembers on disk how far it came. When the block that a cursor stopped at
 * is no longer part of the chain, the cursor goes back to the last place that still is, and handles what came instead.
 */
export class LogScanner {
  readonly #database: Database;
  readonly #client: PublicClient;
  readonly #heads: Heads;
  readonly #confirmations: number;
  readonly #headMilliseconds: number;
  readonly #mostBlocks: bigint;
  #rangeBlocks: bigint;
  readonly #cursors = new Map<string, Checkpoint[]>();
  readonly #writtenAt = new Map<string, bigint>();

  constructor(database: Database, client: PublicClient, options: ScannerOptions) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS scan_checkpoint (
         cursor TEXT NOT NULL, block INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (cursor, block)) STRICT`,
    );
    this.#database = database;
    this.#client = client;
    this.#heads = options.heads ?? new Heads(client);
    this.#confirmations = options.confirmations;
    this.#headMilliseconds = options.headMilliseconds ?? 0;
    this.#mostBlocks = options.rangeBlocks ?? RANGE_BLOCKS;
    this.#rangeBlocks = this.#mostBlocks;
  }

  /** Handles every final event that was not handled yet. Call it in a poll. */
  async scan<const ContractAbi extends Abi, Name extends ContractEventName<ContractAbi>>(
    options: ScanOptions<ContractAbi, Name>,
  ): Promise<void> {
    const { cursor, fromBlock } = options;
    const head = await this.#heads.latest(this.#headMilliseconds);
    const last = head.number - BigInt(this.#confirmations - 1);
    const known = await this.#checkpointsOnChain(cursor, head.number);
    const top = known.at(-1);
    for (let from = top === undefined ? fromBlock : top.block + 1n; from <= last; ) {
      const to = from + this.#rangeBlocks - 1n < last ? from + this.#rangeBlocks - 1n : last;
      // Taken before the events, so that a chain rolled back in between is noticed on the next scan.
      const hash = to === head.number ? head.hash : await this.#heads.hashOf(to);
      const logs = await this.#logsOf(options, from, { block: to, hash });
      if (logs === undefined) continue;
      await options.handle(logs, to);
      this.#move(cursor, { block: to, hash }, logs.length > 0 || to < last);
      from = to + 1n;
    }
  }

  /** The places up to which a cursor came, oldest first, without those that the chain has no more. */
  async #checkpointsOnChain(cursor: string, head: bigint): Promise<Checkpoint[]> {
    const checkpoints = this.#cursors.get(cursor) ?? this.#load(cursor);
    this.#cursors.set(cursor, checkpoints);
    for (let top = checkpoints.at(-1); top !== undefined; top = checkpoints.at(-1)) {
      // A node that is behind: there is nothing to compare with, and nothing to do.
      if (top.block > head) break;
      if ((await this.#heads.hashOf(top.block)) === top.hash) break;
      checkpoints.pop();
      this.#forget(cursor, top.block);
    }
    return checkpoints;
  }

  /** @returns undefined when the node wants to be asked for fewer blocks. */
  async #logsOf<const ContractAbi extends Abi, Name extends ContractEventName<ContractAbi>>(
    { address, abi, eventName, args }: ScanOptions<ContractAbi, Name>,
    from: bigint,
    to: Checkpoint,
  ): Promise<GetContractEventsReturnType<ContractAbi, Name, true> | undefined> {
    const filter = {
      address,
      abi: abi as Abi,
      eventName: eventName as string,
      ...(args === undefined ? {} : { args }),
      strict: true,
    } as const;
    // A node that does not have the newest blocks yet would hide their events. One block is asked for by its hash; a
    // range goes in one batch with its last block, which then comes from the same node.
    if (from === to.block)
      return (await this.#client.getContractEvents({ ...filter, blockHash: to.hash })) as never;
    const [logs, { hash }] = await Promise.all([
      this.#client
        .getContractEvents({ ...filter, fromBlock: from, toBlock: to.block })
        .catch((error: unknown) => {
          if (!isRangeRefusal(error)) throw error;
          this.#rangeBlocks = (to.block - from + 1n) / 2n;
        }),
      this.#client.getBlock({ blockNumber: to.block }),
    ]);
    if (hash !== to.hash)
      throw new Error(`Block ${to.block} changed from ${to.hash} to ${hash} while its events were read.`);
    if (logs !== undefined && this.#rangeBlocks < this.#mostBlocks) this.#rangeBlocks *= 2n;
    return logs as never;
  }

  #move(cursor: string, checkpoint: Checkpoint, isWorthWriting: boolean): void {
    const checkpoints = this.#cursors.get(cursor) ?? [];
    checkpoints.push(checkpoint);
    if (checkpoints.length > CHECKPOINTS) checkpoints.shift();
    const written = this.#writtenAt.get(cursor);
    if (!isWorthWriting && written !== undefined && checkpoint.block - written < WRITE_EVERY_BLOCKS) return;
    this.#writtenAt.set(cursor, checkpoint.block);
    inTransaction(this.#database, () => {
      this.#database
        .prepare("INSERT OR REPLACE INTO scan_checkpoint VALUES (?, ?, ?)")
        .run(cursor, Number(checkpoint.block), checkpoint.hash);
      this.#database
        .prepare(
          `DELETE FROM scan_checkpoint WHERE cursor = ? AND block NOT IN (
             SELECT block FROM scan_checkpoint WHERE cursor = ? ORDER BY block DESC LIMIT ${CHECKPOINTS})`,
        )
        .run(cursor, cursor);
    });
  }

  #load(cursor: string): Checkpoint[] {
    const rows = this.#database
      .prepare("SELECT block, hash FROM scan_checkpoint WHERE cursor = ? ORDER BY block")
      .all(cursor);
    const checkpoints = rows.map(({ block, hash }) => ({
      block: BigInt(Number(block)),
      hash: String(hash) as Hash,
    }));
    const top = checkpoints.at(-1);
    if (top !== undefined) this.#writtenAt.set(cursor, top.block);
    return checkpoints;
  }

  /** What is behind a roll-back is forgotten on disk too, before anything is handled again. */
  #forget(cursor: string, block: bigint): void {
    this.#database
      .prepare("DELETE FROM scan_checkpoint WHERE cursor = ? AND block >= ?")
      .run(cursor, Number(block));
    const written = this.#writtenAt.get(cursor);
    if (written !== undefined && written >= block) this.#writtenAt.delete(cursor);
  }
}
