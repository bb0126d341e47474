import type { Logger } from "pino";
import {
  type Address,
  formatTransactionReceipt,
  type Hash,
  keccak256,
  type PublicClient,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Database } from "../app/database.ts";
import { StoppingError, UserError } from "../app/errors.ts";
import type { CommonConfig } from "../config/config.ts";
import { broadcast } from "./broadcast.ts";
import { dryRun, explainRevert, TransactionRefusedError } from "./dryRun.ts";
import { FeeTooHighError, raiseFees, suggestFees } from "./fees.ts";
import { type Entry, JournalStore, type TransactionState, type Wanted } from "./journalStore.ts";

/** What a journal is made of. */
export interface JournalParts {
  client: PublicClient;
  account: PrivateKeyAccount;
  database: Database;
  log: Logger;
  config: Pick<CommonConfig, "CONFIRMATIONS" | "REPLACE_AFTER_SECONDS" | "MAX_FEE_GWEI">;
  signal: AbortSignal;
}

interface Waiter {
  promise: Promise<TransactionReceipt>;
  resolve: (receipt: TransactionReceipt) => void;
  reject: (error: unknown) => void;
}

const REBROADCAST_SECONDS = 10;
/** Rounds in which a nonce must be seen as used by a stranger before the transaction is started over. */
const ROUNDS_UNTIL_REPLACED = 3;

/**
 * Sends every transaction of the daemon, each exactly once, whatever happens to the process. The intent is saved under a
 * unique key, then tried without cost, signed, saved again, and only then sent; from there it is watched until it is
 * final. After a crash the journal goes on from what it finds on disk.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #store: JournalStore;
  readonly #waiters = new Map<string, Waiter>();
  readonly #broadcastAt = new Map<string, number>();
  readonly #usedByStranger = new Map<string, number>();
  #round: Promise<void> = Promise.resolve();

  /** @throws UserError when unfinished transactions in the database belong to another account. */
  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#store = new JournalStore(parts.database);
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
    const entries = this.#store.unfinished();
    if (entries.length === 0) return;
    const { client } = this.#parts;
    const block = await client.getBlock({ blockTag: "latest" });
    const flying = entries.filter((entry) => entry.state !== "intent");
    if (flying.length > 0) {
      // Read before the receipts: whatever used a nonce by now has its receipt by then.
      const used = await client.getTransactionCount({ address: this.sender, blockTag: "latest" });
      for (const entry of flying) await this.#watch(entry, block.number, used);
      await this.#replaceStuck(Number(block.timestamp));
    }
    for (const entry of this.#store.unfinished()) {
      if (this.#parts.signal.aborted) return;
      if (entry.state === "intent") await this.#begin(entry);
    }
  }

  /** Dry run, sign, save, send. */
  async #begin(entry: Entry): Promise<void> {
    const { client, account, config, log } = this.#parts;
    let gas: bigint;
    try {
      gas = await dryRun(client, {
        account: account.address,
        to: entry.to,
        data: entry.data,
        value: entry.value,
      });
    } catch (error) {
      if (!(error instanceof TransactionRefusedError)) throw error;
      log.info(
        { key: entry.key, code: error.code, sentence: error.sentence },
        "transaction refused by dry run",
      );
      this.#store.remove(entry.key);
      this.#settle(entry.key, (waiter) => waiter.reject(error));
      return;
    }
    const block = await client.getBlock({ blockTag: "latest" });
    try {
      const fees = await suggestFees(client, block.baseFeePerGas ?? 0n, config.MAX_FEE_GWEI);
      await this.#sign(entry, await this.#nextNonce(), gas, fees, Number(block.timestamp));
    } catch (error) {
      if (!(error instanceof FeeTooHighError)) throw error;
      log.warn({ key: entry.key, err: error }, "transaction waits for lower fees");
      return;
    }
    await this.#send(entry.key);
  }

  async #sign(
    entry: Entry,
    nonce: number,
    gas: bigint,
    fees: { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint },
    now: number,
  ) {
    const { client, account, log } = this.#parts;
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId: client.chain?.id ?? (await client.getChainId()),
      nonce,
      to: entry.to,
      data: entry.data,
      value: entry.value,
      gas,
      ...fees,
    });
    const hash: Hash = keccak256(raw);
    this.#store.saveSignature(entry.key, nonce, now, { hash, raw, gas, ...fees });
    log.debug({ key: entry.key, hash, nonce, description: entry.description }, "transaction signed");
  }

  /** The chain's count includes what waits in its pool; the journal's own count includes what the pool has lost. */
  async #nextNonce(): Promise<number> {
    const pending = await this.#parts.client.getTransactionCount({
      address: this.sender,
      blockTag: "pending",
    });
    const own = this.#store.unfinished().map((entry) => (entry.nonce === undefined ? 0 : entry.nonce + 1));
    return Math.max(pending, ...own);
  }

  async #send(key: string): Promise<void> {
    const bytes = this.#store.signaturesOf(key).at(-1);
    if (bytes === undefined) throw new Error(`The journal has no signed bytes for ${key}.`);
    this.#broadcastAt.set(key, Date.now());
    const outcome = await broadcast(this.#parts.client, bytes.raw);
    if (outcome.accepted) this.#store.markSent(key);
    else
      this.#parts.log.warn({ key, hash: bytes.hash, reason: outcome.reason }, "transaction not accepted yet");
  }

  async #watch(entry: Entry, head: bigint, used: number): Promise<void> {
    const found = await this.#findReceipt(entry);
    if (found !== undefined) {
      this.#usedByStranger.delete(entry.key);
      const { hash, rpcReceipt } = found;
      if (entry.state !== "mined" || entry.minedHash !== hash || !isSameBlock(entry.receipt, rpcReceipt)) {
        this.#store.markMined(entry.key, hash, rpcReceipt);
      }
      const receipt = formatTransactionReceipt(rpcReceipt);
      if (head - receipt.blockNumber + 1n >= BigInt(this.#parts.config.CONFIRMATIONS))
        await this.#finish(entry, receipt);
      return;
    }
    if (entry.state === "mined") {
      this.#parts.log.warn(
        { key: entry.key, hash: entry.minedHash },
        "transaction's block was dropped by the chain",
      );
      this.#store.markSent(entry.key);
      this.#broadcastAt.delete(entry.key);
    }
    if (entry.nonce !== undefined && used > entry.nonce) {
      const rounds = (this.#usedByStranger.get(entry.key) ?? 0) + 1;
      this.#usedByStranger.set(entry.key, rounds);
      if (rounds < ROUNDS_UNTIL_REPLACED) return;
      this.#usedByStranger.delete(entry.key);
      this.#parts.log.warn(
        { key: entry.key, nonce: entry.nonce },
        "nonce was used by another transaction, starting over",
      );
      this.#store.restart(entry.key);
      return;
    }
    const age = Date.now() - (this.#broadcastAt.get(entry.key) ?? 0);
    if (entry.state === "signed" || age >= REBROADCAST_SECONDS * 1000) await this.#send(entry.key);
  }

  async #findReceipt(entry: Entry): Promise<{ hash: Hash; rpcReceipt: RpcTransactionReceipt } | undefined> {
    for (const { hash } of this.#store.signaturesOf(entry.key).toReversed()) {
      const rpcReceipt = await this.#parts.client.request({
        method: "eth_getTransactionReceipt",
        params: [hash],
      });
      if (rpcReceipt !== null) return { hash, rpcReceipt };
    }
    return undefined;
  }

  async #finish(entry: Entry, receipt: TransactionReceipt): Promise<void> {
    const facts = {
      key: entry.key,
      hash: receipt.transactionHash,
      block: Number(receipt.blockNumber),
      gas: Number(receipt.gasUsed),
    };
    if (receipt.status === "success") {
      this.#store.markFinal(entry.key, "finalized");
      this.#parts.log.info({ ...facts, description: entry.description }, "transaction final");
      this.#settle(entry.key, (waiter) => waiter.resolve(receipt));
      return;
    }
    const call = { account: this.sender, to: entry.to, data: entry.data, value: entry.value };
    const error = await explainRevert(this.#parts.client, call, receipt);
    this.#store.markFinal(entry.key, "failed", error.toJSON());
    this.#parts.log.warn({ ...facts, code: error.code, sentence: error.sentence }, "transaction reverted");
    this.#settle(entry.key, (waiter) => waiter.reject(error));
  }

  /** Only the lowest nonce can be stuck by its fee; those behind it wait for it. */
  async #replaceStuck(now: number): Promise<void> {
    const { client, config, log } = this.#parts;
    const waiting = this.#store
      .unfinished()
      .filter((entry) => entry.nonce !== undefined && entry.state !== "mined");
    const stuck = waiting.toSorted((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))[0];
    if (stuck?.nonce === undefined || now - stuck.signedAt < config.REPLACE_AFTER_SECONDS) return;
    if (this.#usedByStranger.has(stuck.key)) return;
    const last = this.#store.signaturesOf(stuck.key).at(-1);
    if (last === undefined) return;
    const block = await client.getBlock({ blockTag: "latest" });
    const suggested = await suggestFees(client, block.baseFeePerGas ?? 0n, config.MAX_FEE_GWEI).catch(
      (error: unknown) => {
        if (error instanceof FeeTooHighError) return undefined;
        throw error;
      },
    );
    const raised = suggested === undefined ? undefined : raiseFees(last, suggested, config.MAX_FEE_GWEI);
    if (raised === undefined) {
      log.warn({ key: stuck.key, maxFeeGwei: config.MAX_FEE_GWEI }, "stuck transaction may not offer more");
      return;
    }
    log.info(
      { key: stuck.key, nonce: stuck.nonce, maxFeePerGas: String(raised.maxFeePerGas) },
      "raising a stuck transaction's fee",
    );
    await this.#sign(stuck, stuck.nonce, last.gas, raised, now);
    await this.#send(stuck.key);
  }

  #waiterFor(key: string): Waiter {
    const known = this.#waiters.get(key);
    if (known !== undefined) return known;
    const waiter: Waiter = Promise.withResolvers<TransactionReceipt>();
    this.#waiters.set(key, waiter);
    return waiter;
  }

  #settle(key: string, tell: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(key);
    this.#waiters.delete(key);
    if (waiter !== undefined) tell(waiter);
  }

  #rejectAll(): void {
    for (const waiter of this.#waiters.values()) waiter.reject(new StoppingError());
    this.#waiters.clear();
  }
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

function isSameBlock(saved: unknown, found: RpcTransactionReceipt): boolean {
  return (saved as RpcTransactionReceipt | undefined)?.blockHash === found.blockHash;
}
