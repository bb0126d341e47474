import type { Logger } from "pino";
import {
  formatTransactionReceipt,
  type Hash,
  type Hex,
  keccak256,
  type PublicClient,
  parseTransaction,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { CommonConfig } from "../config/config.ts";
import { broadcast } from "./broadcast.ts";
import { cannotPay, dryRun, explainRevert, gasLimitOf, TransactionRefusedError } from "./dryRun.ts";
import { type Fees, FeeTooHighError, raiseFees, suggestFees } from "./fees.ts";
import { FinalWatch } from "./finalWatch.ts";
import type { Entry, JournalStore, SignedBytes } from "./journalStore.ts";
import { findNonceUse } from "./nonceUse.ts";
import { isUnreachable } from "./unreachable.ts";

/** What a carrier is made of. */
export interface CarrierParts {
  client: PublicClient;
  account: PrivateKeyAccount;
  store: JournalStore;
  log: Logger;
  config: Pick<CommonConfig, "CONFIRMATIONS" | "REPLACE_AFTER_SECONDS" | "MAX_FEE_GWEI">;
  /** Throws a TransactionRefusedError when a transaction must not be signed any more. */
  admit: (entry: Entry, nonce: number) => Promise<void>;
  /** Whether what a transaction is for still has to be done; asked before its bytes are sent again or its fee is raised. */
  isNeeded: (entry: Entry) => Promise<boolean>;
  /** How long sent bytes may go without being seen in a block until they are sent again; 10 unless told otherwise. */
  rebroadcastSeconds?: number | undefined;
  /** Told once when a transaction came to its end. */
  onEnd: (key: string, end: { receipt: TransactionReceipt } | { refusal: TransactionRefusedError }) => void;
}

/** The refusal of a transaction that somebody else's came before. */
export const NEEDLESS = "needless";

const REBROADCAST_SECONDS = 10;
/** Rounds in which a nonce must be seen as used, and no receipt, before it is found out what used it. */
const ROUNDS_UNTIL_SEARCHED = 3;
/** The same when the node does not keep what would prove it. */
const ROUNDS_WITHOUT_PROOF = 120;
/** Rounds in which a nonce before the lowest own one must be free before it is used up. */
const ROUNDS_UNTIL_FILLED = 5;
/** More missing nonces than this are no accident of the journal's. */
const WIDEST_GAP = 16;
/** What a transfer to an account without code costs (Ethereum yellow paper, G_transaction). */
const TRANSFER_GAS = 21_000n;

/** Carries single transactions of the journal on, one step at a time; every step is saved before the next begins. */
export class TransactionCarrier {
  readonly #parts: CarrierParts;
  readonly #broadcastAt = new Map<string, number>();
  readonly #usedByStranger = new Map<string, number>();
  /** What was said last of a transaction, so that the log says it once. */
  readonly #said = new Map<string, string>();
  readonly #finalWatch: FinalWatch;
  #gapRounds = 0;

  constructor(parts: CarrierParts) {
    this.#parts = parts;
    this.#finalWatch = new FinalWatch({ ...parts, onDropped: (key) => this.#broadcastAt.delete(key) });
  }

  /** Whether the chain has to be looked at although every transaction is final. */
  get isWatching(): boolean {
    return !this.#finalWatch.isIdle;
  }

  /** Carries on what was final in blocks that the chain has dropped. */
  watchFinal(head: Parameters<FinalWatch["look"]>[0]): Promise<void> {
    return this.#finalWatch.look(head);
  }

  /** In the next round a transaction counts as due to be sent again. */
  reconsider(key: string): void {
    this.#broadcastAt.delete(key);
  }

  /** Dry run, sign, save, send. */
  async begin(entry: Entry): Promise<void> {
    const { client, account, config, log } = this.#parts;
    try {
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
      // Asked once the nonce is read: who else signs with this key from now on takes it, and only one of the two is mined.
      await this.#parts.admit(entry, nonce);
      if (!(await this.#sign(entry, nonce, gas, fees, Number(block.timestamp)))) return;
    } catch (error) {
      if (error instanceof FeeTooHighError) {
        this.#say(entry.key, { sentence: error.message }, "transaction waits for lower fees");
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
    if (outcome.accepted) {
      this.#parts.store.markSent(key);
      this.#said.delete(key);
      return;
    }
    const { reason, sentence } = outcome;
    this.#say(
      key,
      { hash: bytes.hash, reason, sentence },
      "transaction not accepted yet, will be sent again",
    );
  }

  #say(key: string, facts: Record<string, string>, message: string): void {
    const said = `${message} ${facts.sentence ?? ""}`;
    if (this.#said.get(key) === said) return;
    this.#said.set(key, said);
    this.#parts.log.warn({ key, ...facts }, message);
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
      if (await this.#isLost(entry, entry.nonce, head)) this.#parts.store.restart(entry.key);
      return;
    }
    this.#usedByStranger.delete(entry.key);
    const age = Date.now() - (this.#broadcastAt.get(entry.key) ?? 0);
    if (entry.state === "signed" || age >= (this.#parts.rebroadcastSeconds ?? REBROADCAST_SECONDS) * 1000)
      await this.#resend(entry);
  }

  /**
   * Sends signed bytes again. Once nobody needs them any more it is others with their nonce, which do nothing: the nonce
   * has to be used, or nothing behind it is mined. Where the chain drops what made them needless, they are signed anew.
   */
  async #resend(entry: Entry): Promise<void> {
    const last = this.#parts.store.signaturesOf(entry.key).at(-1);
    if (last !== undefined) {
      const isNeeded = await this.#parts.isNeeded(entry);
      if (isNeeded === isEmptied(entry, last.raw)) {
        const block = await this.#parts.client.getBlock({ blockTag: "latest" });
        const fees = await this.#raise(last, block.baseFeePerGas ?? 0n);
        if (fees !== undefined) await this.#replace(entry, isNeeded, fees, Number(block.timestamp));
        else
          this.#say(entry.key, { isNeeded: String(isNeeded) }, "MAX_FEE_GWEI does not allow a replacement");
      }
    }
    await this.#send(entry.key);
  }

  /** Signs what has a transaction's nonce anew: the transaction, or nothing sent to oneself. */
  async #replace(entry: Entry, isNeeded: boolean, fees: Fees, now: number): Promise<void> {
    const { account, store, log } = this.#parts;
    if (entry.nonce === undefined) throw new Error(`${entry.key} has no nonce that could be used again.`);
    log.info(
      { key: entry.key, nonce: entry.nonce, isNeeded, maxFeePerGas: String(fees.maxFeePerGas) },
      "replacing a transaction that is in no block",
    );
    const full = store.signaturesOf(entry.key).findLast(({ raw }) => !isEmptied(entry, raw));
    const nothing = { ...entry, to: account.address, data: "0x", value: 0n } as const;
    if (isNeeded && full !== undefined) await this.#sign(entry, entry.nonce, full.gas, fees, now);
    else await this.#sign(nothing, entry.nonce, TRANSFER_GAS, fees, now);
  }

  /** @returns undefined when as much as the chain wants for replacing bytes may not be paid. */
  async #raise(last: SignedBytes, baseFeePerGas: bigint): Promise<Fees | undefined> {
    const { client, config } = this.#parts;
    try {
      const suggested = await suggestFees(client, baseFeePerGas, config.MAX_FEE_GWEI);
      return raiseFees(last, suggested, config.MAX_FEE_GWEI);
    } catch (error) {
      if (error instanceof FeeTooHighError) return undefined;
      throw error;
    }
  }

  /**
   * Whether a transaction can never be mined, because another one used its nonce. A missing receipt proves nothing, since
   * nodes lose them for a while: the block that used the nonce does.
   */
  async #isLost({ key }: Entry, nonce: number, head: bigint): Promise<boolean> {
    const { client, account, config, log, store } = this.#parts;
    const rounds = (this.#usedByStranger.get(key) ?? 0) + 1;
    this.#usedByStranger.set(key, rounds);
    if (rounds < ROUNDS_UNTIL_SEARCHED) return false;
    const use = await findNonceUse(client, account.address, nonce, head).catch((error: unknown) => {
      if (isUnreachable(error)) throw error;
      return "unknown" as const;
    });
    if (use === undefined) {
      // Some node was ahead, or wrong.
      this.#usedByStranger.delete(key);
      return false;
    }
    if (use === "unknown") {
      this.#say(key, {}, "nonce was used, and the node does not keep what would tell by which transaction");
      if (rounds < ROUNDS_WITHOUT_PROOF) return false;
    } else {
      if (store.signaturesOf(key).some(({ hash }) => hash === use.hash)) {
        this.#say(
          key,
          { hash: String(use.hash) },
          "transaction is mined, but the node does not show its receipt",
        );
        return false;
      }
      if (head - use.block + 1n < BigInt(config.CONFIRMATIONS)) return false;
    }
    this.#usedByStranger.delete(key);
    const other = use === "unknown" ? undefined : use.hash;
    log.warn({ key, nonce, other }, "nonce was used by another transaction, starting over");
    return true;
  }

  async #findReceipt(entry: Entry): Promise<{ hash: Hash; rpcReceipt: RpcTransactionReceipt } | undefined> {
    for (const { hash } of this.#parts.store.signaturesOf(entry.key).toReversed()) {
      const rpcReceipt = await this.#parts.client.request({
        method: "eth_getTransactionReceipt",
        params: [hash],
      });
      if (rpcReceipt !== null && rpcReceipt !== undefined) return { hash, rpcReceipt };
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
    this.#said.delete(entry.key);
    this.#finalWatch.add(entry.key, this.#parts.store.find(entry.key)?.receipt as RpcTransactionReceipt);
    const mined = this.#parts.store
      .signaturesOf(entry.key)
      .find(({ hash }) => hash === receipt.transactionHash);
    if (mined !== undefined && isEmptied(entry, mined.raw)) {
      const error = needless(entry, receipt.transactionHash);
      this.#parts.store.markFinal(entry.key, "failed", error.toJSON());
      this.#parts.log.info(facts, "needless transaction's nonce used up");
      this.#parts.onEnd(entry.key, { refusal: error });
      return;
    }
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
    const { client, account, config } = this.#parts;
    const waiting = this.#parts.store
      .unfinished()
      .filter((entry) => entry.nonce !== undefined && entry.state !== "mined");
    const stuck = waiting.toSorted((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))[0];
    if (stuck?.nonce === undefined || now - stuck.signedAt < config.REPLACE_AFTER_SECONDS) return;
    if (this.#usedByStranger.has(stuck.key)) return;
    const last = this.#parts.store.signaturesOf(stuck.key).at(-1);
    if (last === undefined) return;
    const block = await client.getBlock({ blockTag: "latest" });
    const raised = await this.#raise(last, block.baseFeePerGas ?? 0n);
    const more = raised === undefined ? 0n : last.gas * (raised.maxFeePerGas - last.maxFeePerGas);
    if ((await client.getBalance({ address: account.address })) < this.#parts.store.offeredWei() + more) {
      // Offering more would be refused all the more.
      const { sentence } = cannotPay(account.address);
      this.#say(stuck.key, { sentence }, "stuck transaction may not offer more");
      return;
    }
    if (raised === undefined) {
      const sentence = `MAX_FEE_GWEI=${config.MAX_FEE_GWEI} does not allow to offer more.`;
      this.#say(stuck.key, { sentence }, "stuck transaction may not offer more");
      return;
    }
    await this.#replace(stuck, await this.#parts.isNeeded(stuck), raised, now);
    await this.#send(stuck.key);
  }

  /**
   * A nonce that nobody uses holds up every one behind it. It comes about when the chain's pool lost what another program
   * sent from this account, or a node told a wrong count. It is used up by sending nothing to oneself.
   *
   * @param used The account's count at the newest block.
   */
  async fillGap(used: number, now: number): Promise<void> {
    const { client, account, store, log } = this.#parts;
    const nonces = store
      .unfinished()
      .flatMap(({ nonce, state }) => (nonce === undefined || state === "mined" ? [] : [nonce]));
    const lowest = Math.min(...nonces);
    if (nonces.length === 0 || lowest <= used) {
      this.#gapRounds = 0;
      return;
    }
    const pending = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
    const first = Math.max(pending, used);
    this.#gapRounds = first < lowest ? this.#gapRounds + 1 : 0;
    if (this.#gapRounds < ROUNDS_UNTIL_FILLED) return;
    this.#gapRounds = 0;
    if (lowest - first > WIDEST_GAP) {
      log.error({ used, pending, lowest }, "the account's nonces have a gap too wide to be filled");
      return;
    }
    log.warn({ first, before: lowest }, "nonces that nobody uses are used up, so that others get through");
    const block = await client.getBlock({ blockTag: "latest" });
    const fees = await suggestFees(client, block.baseFeePerGas ?? 0n, this.#parts.config.MAX_FEE_GWEI);
    for (let nonce = first; nonce < lowest; nonce += 1) {
      const key = `fill:${nonce}:${now}`;
      const description = `Use up nonce ${nonce}`;
      store.add({ key, to: account.address, data: "0x", description }, account.address);
      const entry = store.find(key);
      if (entry === undefined) throw new Error(`The journal did not keep ${key}.`);
      await this.#sign(entry, nonce, TRANSFER_GAS, fees, now);
      await this.#send(key);
    }
  }
}

/** Whether bytes with a transaction's nonce only use that up, instead of doing what it is for. */
function isEmptied({ to, data }: Entry, raw: Hex): boolean {
  const bytes = parseTransaction(raw);
  return bytes.to?.toLowerCase() !== to.toLowerCase() || (bytes.data ?? "0x") !== data.toLowerCase();
}

function needless({ key }: Entry, hash: Hash): TransactionRefusedError {
  return new TransactionRefusedError({
    code: NEEDLESS,
    sentence: `What ${key} is for was done by somebody else before it was mined; its nonce was used up by sending nothing.`,
    next: "Nothing has to be done.",
    hash,
  });
}

function isSameBlock(saved: unknown, found: RpcTransactionReceipt): boolean {
  return (saved as RpcTransactionReceipt | undefined)?.blockHash === found.blockHash;
}
