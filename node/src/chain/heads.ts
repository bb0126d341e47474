import type { Hash, PublicClient } from "viem";

/** A block as far as following the chain needs it. `timestamp` is chain time in seconds. */
export interface Header {
  number: bigint;
  hash: Hash;
  parentHash: Hash;
  timestamp: number;
  baseFeePerGas: bigint;
}

/** Hashes of blocks that are remembered; whoever stopped further back asks the chain. */
const REMEMBERED_BLOCKS = 512;

/**
 * The newest block, asked for once for everybody who wants it at the same time, and the hashes of the blocks before it as
 * far as they were met. A block whose parent is not the one that was seen before ends what was remembered: the chain was
 * rolled back, and hashes are asked for anew.
 */
export class Heads {
  readonly #client: PublicClient;
  readonly #hashes = new Map<bigint, Hash>();
  #latest: Header | undefined;
  #latestAt = 0;
  #asking: Promise<Header> | undefined;

  constructor(client: PublicClient) {
    this.#client = client;
  }

  /**
   * The newest block.
   *
   * @param youngerThanMilliseconds One that was asked for within this time is taken without asking again.
   */
  latest(youngerThanMilliseconds = 0): Promise<Header> {
    if (this.#latest !== undefined && Date.now() - this.#latestAt < youngerThanMilliseconds)
      return Promise.resolve(this.#latest);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /**
   * The hash of a block of the chain as it was last seen. The chain is asked when nobody met the block.
   *
   * @throws BlockNotFoundError when the node does not have it.
   */
  async hashOf(number: bigint): Promise<Hash> {
    const known = this.#hashes.get(number);
    if (known !== undefined) return known;
    const { hash } = await this.#client.getBlock({ blockNumber: number });
    this.#hashes.set(number, hash);
    return hash;
  }

  async #ask(): Promise<Header> {
    const block = await this.#client.getBlock({ blockTag: "latest" });
    const { number, hash, parentHash, timestamp, baseFeePerGas } = block;
    const before = this.#hashes.get(number - 1n);
    const seen = this.#hashes.get(number);
    const isContinued =
      before === undefined ? seen === hash : before === parentHash && (seen ?? hash) === hash;
    if (!isContinued) await this.#forgetWhatIsGone(number);
    this.#hashes.set(number - 1n, parentHash);
    this.#hashes.set(number, hash);
    for (const old of this.#hashes.keys())
      if (old + BigInt(REMEMBERED_BLOCKS) < number) this.#hashes.delete(old);
    this.#latest = {
      number,
      hash,
      parentHash,
      timestamp: Number(timestamp),
      baseFeePerGas: baseFeePerGas ?? 0n,
    };
    this.#latestAt = Date.now();
    return this.#latest;
  }

  /** Blocks were skipped, or the chain was rolled back: from the newest one down, keep what the chain still has. */
  async #forgetWhatIsGone(head: bigint): Promise<void> {
    const remembered = [...this.#hashes.keys()].sort((a, b) => (a < b ? 1 : -1));
    for (const number of remembered) {
      if (number > head) {
        // Either a node that is behind, or blocks that are gone: whoever needs them asks.
        this.#hashes.delete(number);
        continue;
      }
      const { hash } = await this.#client.getBlock({ blockNumber: number });
      if (hash === this.#hashes.get(number)) return;
      this.#hashes.delete(number);
    }
  }
}
