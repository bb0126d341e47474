import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes32Schema } from "@openledger/sdk/schemas";
import type { Hash, PublicClient } from "viem";
import { z } from "zod";

/** Blocks below the head that an index may hold as final; Ponder's figure for chains that it does not know. */
const FINALITY_BLOCKS = 30n;
const WATCH_MILLISECONDS = 5_000;

const blockSchema = z.object({ number: z.coerce.bigint(), hash: bytes32Schema });
const noteSchema = z.object({
  genesis: bytes32Schema,
  generation: z.number().int().min(0),
  anchor: blockSchema,
});

/** What an index is told of the chain it is made from. */
export type ChainIdentity = {
  genesis: Hash;
  /** Counts how often the chain lost blocks that an index held as final. */
  generation: number;
};

/**
 * Remembers, in a file beside the index, a block that must never change. A chain that was wiped, or lost its end deeper
 * than an index can roll back (a local node that was killed, a snapshot put back), is noticed by it.
 */
export class ChainHistory {
  readonly #client: PublicClient;
  readonly #file: string;
  #identity: ChainIdentity | undefined;

  constructor(client: PublicClient, directory: string) {
    this.#client = client;
    this.#file = join(directory, "chain.json");
    mkdirSync(directory, { recursive: true });
  }

  /** What the chain is now, compared with what was noted. */
  async identify(): Promise<ChainIdentity> {
    const genesis = await this.hashAt(0n);
    if (genesis === undefined) throw new Error("The node knows no block 0.");
    const noted = this.#read();
    const generation =
      noted === undefined || noted.genesis !== genesis
        ? 0
        : noted.generation + ((await this.#holds(noted.anchor)) ? 0 : 1);
    this.#identity = { genesis, generation };
    await this.#note();
    return this.#identity;
  }

  /** Look at the chain every few seconds; `lost` is called once when a final block is no longer there. */
  watch(lost: () => void, everyMilliseconds = WATCH_MILLISECONDS): void {
    const timer = setInterval(async () => {
      try {
        const noted = this.#read();
        if (noted !== undefined && !(await this.#holds(noted.anchor))) {
          clearInterval(timer);
          lost();
        } else await this.#note();
      } catch {
        // A node that does not answer says nothing about its blocks; Ponder itself complains about it.
      }
    }, everyMilliseconds);
    timer.unref();
  }

  async #note(): Promise<void> {
    const head = await this.#client.getBlockNumber({ cacheTime: 0 });
    const number = head > FINALITY_BLOCKS ? head - FINALITY_BLOCKS : 0n;
    const hash = await this.hashAt(number);
    if (hash === undefined) return;
    const text = JSON.stringify({ ...this.#identity, anchor: { number: String(number), hash } });
    writeFileSync(`${this.#file}.new`, text);
    renameSync(`${this.#file}.new`, this.#file);
  }

  #read(): z.infer<typeof noteSchema> | undefined {
    if (!existsSync(this.#file)) return undefined;
    return noteSchema.safeParse(JSON.parse(readFileSync(this.#file, "utf8"))).data;
  }

  async #holds(block: { number: bigint; hash: Hash }): Promise<boolean> {
    return (await this.hashAt(block.number)) === block.hash;
  }

  /** The hash of a block, or undefined where the chain has none. */
  async hashAt(blockNumber: bigint): Promise<Hash | undefined> {
    const block = await this.#client.request({
      method: "eth_getBlockByNumber",
      params: [`0x${blockNumber.toString(16)}`, false],
    });
    return block?.hash ?? undefined;
  }
}
