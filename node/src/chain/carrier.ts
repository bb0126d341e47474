import type { Logger } from "pino";
import {
  formatTransactionReceipt,
  type Hash,
  keccak256,
  type PublicClient,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { CommonConfig } from "../config/config.ts";
import { broadcast } from "./broadcast.ts";
import { cannotPay, dryRun, explainRevert, gasLimitOf, TransactionRefusedError } from "./dryRun.ts";
import { type Fees, FeeTooHighError, raiseFees, suggestFees } from "./fees.ts";
import type { Entry, JournalStore } from "./journalStore.ts";

/** What a carrier is made of. */
export interface CarrierParts {
  client: PublicClient;
  account: PrivateKeyAccount;
  store: JournalStore;
  log: Logger;
  config: Pick<CommonConfig, "CONFIRMATIONS" | "REPLACE_AFTER_SECONDS" | "MAX_FEE_GWEI">;
  /** Throws a TransactionRefusedError when a transaction must not be signed any more. */
  admit: (entry: Entry) => Promise<void>;
  /** Told once when a transaction came to its end. */
  onEnd: (key: string, end: { receipt: TransactionReceipt } | { refusal: TransactionRefusedError }) => void;
}

const REBROADCAST_SECONDS = 10;
/** Rounds in which a nonce must be seen as used by a stranger before the transaction is started over. */
const ROUNDS_UNTIL_REPLACED = 3;

/** Carries single transactions of the journal on, one step at a time; every step is saved before the next begins. */
export class TransactionCarrier {
  readonly #parts: CarrierParts;
  readonly #broadcastAt = new Map<string, number>();
  readonly #usedByStranger = new Map<string, number>();

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  /** Dry run, sign, save, send. */
  async begin(entry: Entry): Promise<void> {
    const { client, account, config, log } = this.#parts;
    try {
      await this.#parts.admit(entry);
      const gas = gasLimitOf(
        await dryRun(client, {
          account: account.address,
          to: entry.to,
          data: entry.data,
          value: entry.value,
        }),
      );
      const block = await client.getBlock({ blockTag: "latest" });
      const fees = await suggestFees(client, block.baseFeePerGas ?? 0n, config.MAX_FEE_GWEI);
      await this.#requireFunds(gas * fees.maxFeePerGas + entry.value);
      const nonce = await this.#nextNonce();
      if (!(await this.#sign(entry, nonce, gas, fees, Number(block.timestamp)))) return;
    } catch (error) {
      if (error instanceof FeeTooHighError) {
        log.warn({ key: entry.key, sentence: error.message }, "transaction waits for lower fees");
        return;
      }
      if (!(error instanceof TransactionRefusedError)) throw error;
      log.info(
        { key: entry.key, code: error.code, sentence: error.sentence },
        "transaction refused before it was signed",
      );
      this.#parts.store.remove(entry.key);
      this.#parts.onEnd(entry.key, { refusal: error });
      return;
    }
    await this.#send(entry.key);
  }

  /** Nodes take nothing that the account could not pay at its highest offer, with all that waits before it. */
  async #requireFunds(costWei: bigint): Promise<void> {
    const { client, account, store } = this.#parts;
    const balance = await client.getBalance({ address: account.address });
    if (balance < store.offeredWei() + costWei) throw cannotPay(account.address);
  }

  /** @returns whether the bytes were saved; false when the wish was taken back meanwhile. */
  async #sign(entry: Entry, nonce: number, gas: bigint, fees: Fees, now: number): Promise<boolean> {
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
    if (this.#parts.store.find(entry.key) === undefined) return false;
    this.#parts.store.saveSignature(entry.key, nonce, now, { hash, raw, gas, ...fees });
    log.debug({ key: entry.key, hash, nonce, description: entry.description }, "transaction signed");
    return true;
  }

  /** The chain's count includes what waits in its pool; the journal's own count includes what the pool has lost. */
  async #nextNonce(): Promise<number> {
    const pending = await this.#parts.client.getTransactionCount({
      address: this.#parts.account.address,
      blockTag: "pending",
    });
    const own = this.#parts.store
      .unfinished()
      .map((entry) => (entry.nonce === undefined ? 0 : entry.nonce + 1));
    return Math.max(pending, ...own);
  }

  async #send(key: string): Promise<void> {
    const bytes = this.#parts.store.signaturesOf(key).at(-1);
    if (bytes === undefined) throw new Error(`The journal has no signed bytes for ${key}.`);
    this.#broadcastAt.set(key, Date.now());
    const outcome = await broadcast(this.#parts.client, bytes.raw);
    if (outcome.accepted) this.#parts.store.markSent(key);
    else
      this.#parts.log.warn({ key, hash: bytes.hash, reason: outcome.reason }, "transaction not accepted yet");
  }

  async watch(entry: Entry, head: bigint, used: number): Promise<void> {
    const found = await this.#findReceipt(entry);
    if (found !== undefined) {
      this.#usedByStranger.delete(entry.key);
      const { hash, rpcReceipt } = found;
      if (entry.state !== "mined" || entry.minedHash !== hash || !isSameBlock(entry.receipt, rpcReceipt)) {
        this.#parts.store.markMined(entry.key, hash, rpcReceipt);
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
      this.#parts.store.markSent(entry.key);
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
      this.#parts.store.restart(entry.key);
      return;
    }
    const age = Date.now() - (this.#broadcastAt.get(entry.key) ?? 0);
    if (entry.state === "signed" || age >= REBROADCAST_SECONDS * 1000) await this.#send(entry.key);
  }

  async #findReceipt(entry: Entry): Promise<{ hash: Hash; rpcReceipt: RpcTransactionReceipt } | undefined> {
    for (const { hash } of this.#parts.store.signaturesOf(entry.key).toReversed()) {
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
      this.#parts.store.markFinal(entry.key, "finalized");
      this.#parts.log.info({ ...facts, description: entry.description }, "transaction final");
      this.#parts.onEnd(entry.key, { receipt });
      return;
    }
    const call = { account: this.#parts.account.address, to: entry.to, data: entry.data, value: entry.value };
    const error = await explainRevert(this.#parts.client, call, receipt);
    this.#parts.store.markFinal(entry.key, "failed", error.toJSON());
    this.#parts.log.warn({ ...facts, code: error.code, sentence: error.sentence }, "transaction reverted");
    this.#parts.onEnd(entry.key, { refusal: error });
  }

  /** Only the lowest nonce can be stuck by its fee; those behind it wait for it. */
  async replaceStuck(now: number): Promise<void> {
    const { client, config, log } = this.#parts;
    const waiting = this.#parts.store
      .unfinished()
      .filter((entry) => entry.nonce !== undefined && entry.state !== "mined");
    const stuck = waiting.toSorted((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))[0];
    if (stuck?.nonce === undefined || now - stuck.signedAt < config.REPLACE_AFTER_SECONDS) return;
    if (this.#usedByStranger.has(stuck.key)) return;
    const last = this.#parts.store.signaturesOf(stuck.key).at(-1);
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
}

function isSameBlock(saved: unknown, found: RpcTransactionReceipt): boolean {
  return (saved as RpcTransactionReceipt | undefined)?.blockHash === found.blockHash;
}
