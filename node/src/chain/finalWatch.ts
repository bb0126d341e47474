import type { Logger } from "pino";
import type { Block, Hash, PublicClient, RpcTransactionReceipt } from "viem";
import type { JournalStore } from "./journalStore.ts";

/** Chains are hardly ever rolled back further than this. */
const WATCHED_BLOCKS = 64n;
/** How many of the latest transactions are looked at after a start. */
const LOOKED_AT_AFTER_START = 256;
/** Rounds in which the chain must be shorter than before until that counts as a roll-back and not as a node behind. */
const ROUNDS_UNTIL_SHORTER = 3;

type Seen = Pick<Block<bigint, false, "latest">, "number" | "hash" | "parentHash">;

/** What a watch is made of. */
interface FinalWatchParts {
  client: PublicClient;
  store: JournalStore;
  log: Logger;
  /** Told of a transaction that is in no block any more. */
  onDropped: (key: string) => void;
}

/**
 * Keeps an eye on transactions that were final by the number of confirmations that is configured. When the chain is
 * rolled back below them all the same, they are sent again: with the same bytes, and so at most once.
 */
export class FinalWatch {
  readonly #client: PublicClient;
  readonly #store: JournalStore;
  readonly #log: Logger;
  readonly #blocks = new Map<string, { number: bigint; hash: Hash }>();
  readonly #onDropped: (key: string) => void;
  #last: Seen | undefined;
  #shorterRounds = 0;

  constructor(parts: FinalWatchParts) {
    const { client, store, log } = parts;
    this.#client = client;
    this.#store = store;
    this.#log = log;
    this.#onDropped = parts.onDropped;
    for (const { key, receipt } of store.latestFinal(LOOKED_AT_AFTER_START))
      this.add(key, receipt as RpcTransactionReceipt | undefined);
  }

  /** Whether there is nothing to keep an eye on. */
  get isIdle(): boolean {
    return this.#blocks.size === 0;
  }

  /** A transaction is final in this block. */
  add(key: string, receipt: RpcTransactionReceipt | undefined): void {
    if (receipt === undefined) return;
    this.#blocks.set(key, { number: BigInt(receipt.blockNumber), hash: receipt.blockHash });
  }

  /** Looks whether the chain still is the one that was seen before, and sends again what it lost. */
  async look(head: Seen): Promise<void> {
    for (const [key, { number }] of this.#blocks)
      if (number + WATCHED_BLOCKS < head.number) this.#blocks.delete(key);
    if (this.#blocks.size > 0 && !(await this.#isContinued(head))) await this.#compare(head.number);
    if (this.#last === undefined || head.number >= this.#last.number || this.#shorterRounds === 0)
      this.#last = head;
  }

  async #isContinued(head: Seen): Promise<boolean> {
    const last = this.#last;
    if (last === undefined) return false;
    if (head.number < last.number) {
      this.#shorterRounds = (this.#shorterRounds + 1) % ROUNDS_UNTIL_SHORTER;
      return this.#shorterRounds !== 0;
    }
    this.#shorterRounds = 0;
    if (head.number === last.number) return head.hash === last.hash;
    if (head.number === last.number + 1n) return head.parentHash === last.hash;
    return (await this.#client.getBlock({ blockNumber: last.number })).hash === last.hash;
  }

  async #compare(head: bigint): Promise<void> {
    const hashes = new Map<bigint, Hash | undefined>();
    for (const [key, { number, hash }] of this.#blocks) {
      if (!hashes.has(number)) {
        const isThere = number <= head;
        hashes.set(number, isThere ? (await this.#client.getBlock({ blockNumber: number })).hash : undefined);
      }
      if (hashes.get(number) === hash) continue;
      this.#blocks.delete(key);
      this.#store.reopen(key);
      this.#onDropped(key);
      this.#log.warn(
        { key, block: Number(number) },
        "the chain dropped a block that counted as final, its transaction is carried on",
      );
    }
  }
}
