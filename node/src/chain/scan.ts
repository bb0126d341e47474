import type { Abi, Address, ContractEventName, GetContractEventsReturnType, PublicClient } from "viem";
import type { Database } from "../app/database.ts";

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
   * Handles the events of one range, in their order. The cursor moves only after it returned, so that after a crash
   * a range may come twice: what it does must bear that.
   */
  handle: (
    logs: GetContractEventsReturnType<ContractAbi, Name, true>,
    toBlock: bigint,
  ) => Promise<void> | void;
}

/** Reads events block range by block range and remembers on disk how far it came. */
export class LogScanner {
  readonly #database: Database;
  readonly #client: PublicClient;
  readonly #confirmations: number;
  readonly #rangeBlocks: bigint;

  constructor(database: Database, client: PublicClient, confirmations: number, rangeBlocks = 2_000n) {
    database.exec(
      "CREATE TABLE IF NOT EXISTS scan_cursor (name TEXT PRIMARY KEY, last_block TEXT NOT NULL, last_hash TEXT NOT NULL)",
    );
    this.#database = database;
    this.#client = client;
    this.#confirmations = confirmations;
    this.#rangeBlocks = rangeBlocks;
  }

  /**
   * The block from which a cursor reads on. When the block that it stopped at is no longer part of the chain, the chain
   * was rolled back below what counted as final, and the cursor starts over.
   */
  async next(cursor: string, fromBlock: bigint, head: bigint): Promise<bigint> {
    const row = this.#database
      .prepare("SELECT last_block, last_hash FROM scan_cursor WHERE name = ?")
      .get(cursor);
    if (row === undefined) return fromBlock;
    const last = BigInt(String(row.last_block));
    if (last > head) return last + 1n;
    const block = await this.#client.getBlock({ blockNumber: last });
    return block.hash === row.last_hash ? last + 1n : fromBlock;
  }

  /** Handles every final event that was not handled yet. Call it in a poll. */
  async scan<const ContractAbi extends Abi, Name extends ContractEventName<ContractAbi>>(
    options: ScanOptions<ContractAbi, Name>,
  ): Promise<void> {
    const head = await this.#client.getBlockNumber({ cacheTime: 0 });
    const last = head - BigInt(this.#confirmations - 1);
    for (let from = await this.next(options.cursor, options.fromBlock, head); from <= last; ) {
      const to = from + this.#rangeBlocks - 1n < last ? from + this.#rangeBlocks - 1n : last;
      // Taken before the events, so that a chain rolled back in between is noticed on the next scan.
      const { hash } = await this.#client.getBlock({ blockNumber: to });
      const logs = await this.#client.getContractEvents({
        address: options.address,
        abi: options.abi as Abi,
        eventName: options.eventName as string,
        ...(options.args === undefined ? {} : { args: options.args }),
        fromBlock: from,
        toBlock: to,
        strict: true,
      });
      await options.handle(logs as unknown as GetContractEventsReturnType<ContractAbi, Name, true>, to);
      from = to + 1n;
      this.#database
        .prepare(
          "INSERT INTO scan_cursor VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET last_block = excluded.last_block, last_hash = excluded.last_hash",
        )
        .run(options.cursor, String(to), hash);
    }
  }
}
