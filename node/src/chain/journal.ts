import type { Logger } from "pino";
import {
  type Address,
  formatTransactionReceipt,
  type Hash,
  type Hex,
  type PublicClient,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Database } from "../app/database.ts";
import { StoppingError, UserError } from "../app/errors.ts";
import type { CommonConfig } from "../config/config.ts";
import { type CarrierParts, TransactionCarrier } from "./carrier.ts";
import { TransactionRefusedError } from "./dryRun.ts";
import { type Entry, JournalStore, type TransactionState, type Wanted } from "./journalStore.ts";
import { isUnreachable } from "./unreachable.ts";

/** What a journal is made of. */
export interface JournalParts {
  client: PublicClient;
  account: PrivateKeyAccount;
  database: Database;
  log: Logger;
  config: Pick<CommonConfig, "CONFIRMATIONS" | "REPLACE_AFTER_SECONDS" | "MAX_FEE_GWEI">;
  signal: AbortSignal;
  /** How long sent bytes may go without being seen in a block until they are sent again; 10 unless told otherwise. */
  rebroadcastSeconds?: number;
}

interface Waiter {
  promise: Promise<TransactionReceipt>;
  resolve: (receipt: TransactionReceipt) => void;
  reject: (error: unknown) => void;
}

/** A transaction was taken back before anything was signed. */
export class WithdrawnError extends Error {
  override readonly name = "WithdrawnError";

  constructor(key: string) {
    super(`The transaction ${key} was taken back before it was signed.`);
  }
}

/**
 * Sends every transaction of the daemon, each exactly once, whatever happens to the process. The intent is saved under a
 * unique key, then tried without cost, signed, saved again, and only then sent; from there it is watched until it is
 * final. After a crash the journal goes on from what it finds on disk.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #store: JournalStore;
  readonly #waiters = new Map<string, Waiter>();
  readonly #carrier: TransactionCarrier;
  #round: Promise<void> = Promise.resolve();
  #admit: CarrierParts["admit"] = async () => undefined;
  #isNeeded: CarrierParts["isNeeded"] = async () => true;

  /** @throws UserError when unfinished transactions in the database belong to another account. */
  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#store = new JournalStore(parts.database);
    this.#carrier = new TransactionCarrier({
      ...parts,
      store: this.#store,
      admit: (entry, nonce) => this.#admit(entry, nonce),
      isNeeded: (entry) => this.#isNeeded(entry),
      onEnd: (key, end) => {
        const waiter = this.#waiters.get(key);
        this.#waiters.delete(key);
        if ("receipt" in end) waiter?.resolve(end.receipt);
        else waiter?.reject(end.refusal);
      },
    });
    const sender = this.#store.unfinishedSender();
    if (sender !== undefined && sender !== parts.account.address) {
      throw new UserError({
        code: "other-account",
        sentence: `The journal holds unfinished transactions of ${sender}, but the configured account is ${parts.account.address}.`,
        next: "Start with that account until they are done, or with an empty DATA_DIR.",
      });
    }
    parts.signal.addEventListener("abort", () => this.#rejectAll(), { once: true });
  }

  /** The account that signs. */
  get sender(): Address {
    return this.#parts.account.address;
  }

  /**
   * Carries out what is wanted, once for ever per key, and waits until it is final. Asking again with the same key joins
   * the first transaction or returns its receipt.
   *
   * @param wanted.again Try once more under the same key after it failed on the chain.
   * @throws TransactionRefusedError when it would revert (nothing was spent, the key stays free) or did revert.
   * @throws StoppingError when the daemon stops first; the transaction is finished after the next start.
   */
  send(wanted: Wanted & { again?: boolean }): Promise<TransactionReceipt> {
    if (this.#parts.signal.aborted) return Promise.reject(new StoppingError());
    if (wanted.again === true && this.#store.find(wanted.key)?.state === "failed")
      this.#store.remove(wanted.key);
    const entry = this.#store.find(wanted.key);
    if (entry !== undefined && !isSame(entry, wanted)) {
      return Promise.reject(
        new Error(`The journal's key ${wanted.key} already stands for another transaction.`),
      );
    }
    if (entry?.state === "finalized") return Promise.resolve(receiptOf(entry));
    if (entry?.state === "failed") return Promise.reject(TransactionRefusedError.fromSaved(entry.error));
    if (entry === undefined) {
      this.#store.add(wanted, this.sender);
      this.#parts.log.debug({ key: wanted.key, description: wanted.description }, "transaction wanted");
    }
    const waiter = this.#waiterFor(wanted.key);
    // Do not let it wait for the next round; that round reports its own failures.
    this.advance().catch(() => undefined);
    return waiter.promise;
  }

  /** What the journal knows under a key. */
  find(key: string): Entry | undefined {
    return this.#store.find(key);
  }

  /** The hash that a key's transaction has on the chain, or was last sent with. */
  hashOf(key: string): Hash | undefined {
    return this.#store.find(key)?.minedHash ?? this.#store.signaturesOf(key).at(-1)?.hash;
  }

  /**
   * What a key's transaction offers for gas, and what it cost once it is final.
   *
   * @returns undefined while nothing is signed.
   */
  costOf(
    key: string,
  ): { maxFeePerGas: bigint; minedHash?: never } | { minedHash: Hash; spentWei: bigint } | undefined {
    const entry = this.#store.find(key);
    if (entry === undefined) return undefined;
    if (isOver(entry) && entry.minedHash !== undefined) {
      return { minedHash: entry.minedHash, spentWei: gasCost(entry.receipt as RpcTransactionReceipt) };
    }
    const offered = this.#store.signaturesOf(key).at(-1);
    return offered === undefined ? undefined : { maxFeePerGas: offered.maxFeePerGas };
  }

  /**
   * Takes a wish back that nothing was signed for yet. Whoever waits for it is told.
   *
   * @returns whether nothing of it will be sent; false when signed bytes exist, which anybody may have seen.
   */
  withdraw(key: string): boolean {
    const state = this.#store.find(key)?.state;
    if (state === undefined) return true;
    if (state !== "intent") return false;
    this.#store.remove(key);
    const waiter = this.#waiters.get(key);
    this.#waiters.delete(key);
    waiter?.reject(new WithdrawnError(key));
    return true;
  }

  /** How many transactions with nonces from `nonce` on this journal has signed and not seen final. */
  countFlying(nonce: number): number {
    return this.#store.unfinished().filter((entry) => (entry.nonce ?? -1) >= nonce).length;
  }

  /** Whether this journal signed a transaction. */
  hasSigned(hash: Hash): boolean {
    return this.#store.hasSigned(hash);
  }

  /**
   * Ask before every first signature whether a transaction may still be sent, after a restart too.
   *
   * @param admit Told the nonce that it would get. Throws a TransactionRefusedError to take the transaction back; it is refused to whoever wants it.
   */
  askBeforeSigning(admit: CarrierParts["admit"]): void {
    this.#admit = admit;
  }

  /**
   * Ask before signed bytes are sent again, or for more gas, whether what they are for still has to be done, after a
   * restart too. Otherwise, as long as they are in no block, their nonce is used up by sending nothing to oneself, and
   * whoever waits is refused with the code `needless`. A chain that includes the first bytes all the same does no harm.
   */
  askBeforeResending(isNeeded: CarrierParts["isNeeded"]): void {
    this.#isNeeded = isNeeded;
  }

  /** Ask in the next round, instead of when the bytes are due to be sent again. */
  reconsider(key: string): void {
    this.#carrier.reconsider(key);
  }

  /** How many transactions are in which state. */
  countByState(): Map<TransactionState, number> {
    return this.#store.countByState();
  }

  /** Moves every unfinished transaction on as far as it goes now. The app calls it in a poll. */
  advance(): Promise<void> {
    const round = this.#round.then(() => this.#advance());
    this.#round = round.catch(() => undefined);
    return round;
  }

  async #advance(): Promise<void> {
    if (this.#parts.signal.aborted) return;
    if (this.#store.unfinished().length === 0 && !this.#carrier.isWatching) return;
    const { client } = this.#parts;
    const block = await client.getBlock({ blockTag: "latest" });
    await this.#carrier.watchFinal(block);
    const entries = this.#store.unfinished();
    const flying = entries.filter((entry) => entry.state !== "intent");
    if (flying.length > 0) {
      // Read before the receipts: whatever used a nonce by now has its receipt by then.
      const used = await client.getTransactionCount({ address: this.sender, blockTag: "latest" });
      for (const entry of flying) {
        await this.#apart(entry, () => this.#carrier.watch(entry, block.number, used));
      }
      await this.#replaceStuck(Number(block.timestamp));
      await this.#carrier.fillGap(used, Number(block.timestamp));
    }
    for (const entry of this.#store.unfinished()) {
      if (this.#parts.signal.aborted) return;
      if (entry.state === "intent") await this.#apart(entry, () => this.#carrier.begin(entry));
    }
  }

  /** What cannot be replaced must not hold up what is not begun yet. */
  async #replaceStuck(now: number): Promise<void> {
    try {
      await this.#carrier.replaceStuck(now);
    } catch (error) {
      if (isUnreachable(error)) throw error;
      this.#parts.log.error({ err: error }, "stuck transaction cannot be replaced, will be tried again");
    }
  }

  /** What goes wrong with one transaction must not hold up the others; a silent chain holds up all. */
  async #apart({ key }: Entry, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (isUnreachable(error)) throw error;
      this.#parts.log.error({ key, err: error }, "transaction cannot go on, will be tried again");
    }
  }

  #waiterFor(key: string): Waiter {
    const known = this.#waiters.get(key);
    if (known !== undefined) return known;
    const waiter: Waiter = Promise.withResolvers<TransactionReceipt>();
    this.#waiters.set(key, waiter);
    return waiter;
  }

  #rejectAll(): void {
    for (const waiter of this.#waiters.values()) waiter.reject(new StoppingError());
    this.#waiters.clear();
  }
}

function isOver({ state }: Entry): boolean {
  return state === "finalized" || state === "failed";
}

/** What a transaction's gas cost in wei, with what a rollup charges for its data on the chain below. */
function gasCost(receipt: RpcTransactionReceipt & { l1Fee?: Hex }): bigint {
  return BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice ?? 0) + BigInt(receipt.l1Fee ?? 0);
}

function receiptOf(entry: Entry): TransactionReceipt {
  return formatTransactionReceipt(entry.receipt as RpcTransactionReceipt);
}

function isSame(entry: Entry, wanted: Wanted): boolean {
  return (
    entry.to.toLowerCase() === wanted.to.toLowerCase() &&
    entry.data.toLowerCase() === wanted.data.toLowerCase() &&
    entry.value === (wanted.value ?? 0n)
  );
}
