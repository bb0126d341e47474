import { type GasPayment, type GasReasonKey, gasReason } from "@openledger/sdk/gasPayment";
import { gasLimitOf } from "../chain/dryRun.ts";
import { type Fees, FeeTooHighError, suggestFees } from "../chain/fees.ts";
import type { GasConsumer, GasSpending } from "./gasSpending.ts";
import type { GatewayParts } from "./parts.ts";

/** What gas costs at the moment, and what the gateway has to pay for it. */
interface Market {
  /** What a transaction is likely to pay for a unit of gas, in wei. */
  priceWei: bigint;
  /** What the gateway would offer; undefined when it may not offer enough. */
  fees: Fees | undefined;
  /** Chain time in Unix seconds. */
  now: number;
  balanceWei: bigint;
}

/** Many who ask at once are told the same. */
const MARKET_MILLISECONDS = 1_000;

/** Decides who pays for a submission's transaction: the gateway within its budgets, else the contributor. */
export class Payments {
  readonly #parts: Pick<GatewayParts, "chain" | "journal" | "config" | "log">;
  readonly #spending: GasSpending;
  #market: { promise: Promise<Market>; at: number } | undefined;

  constructor(parts: Pick<GatewayParts, "chain" | "journal" | "config" | "log">, spending: GasSpending) {
    this.#parts = parts;
    this.#spending = spending;
  }

  /**
   * Who would pay for a submission now. Nothing is reserved.
   *
   * @param gas What the transaction is likely to use.
   */
  async offer(consumer: GasConsumer, gas: bigint): Promise<GasPayment> {
    return this.#termsOf(consumer, gas, await this.#look());
  }

  /**
   * Takes a submission's transaction on, when the gateway pays for it: from then on it counts.
   *
   * @param key The transaction's key in the journal.
   * @returns Who pays; nothing is reserved when it is the contributor.
   */
  async take(key: string, consumer: GasConsumer, gas: bigint): Promise<GasPayment> {
    const market = await this.#look();
    const terms = this.#termsOf(consumer, gas, market);
    if (terms.paidBy === "gateway" && market.fees !== undefined)
      this.#spending.reserve(key, consumer, gas, gas * market.fees.maxFeePerGas, market.now);
    return terms;
  }

  /**
   * Takes on a transaction that finalizes submissions: from then on it counts, in a budget of its own. The coins that
   * submissions have reserved are left to them.
   *
   * @param key The transaction's key in the journal.
   * @param gas What the transaction is likely to use.
   * @returns why it has to wait, in a sentence; undefined when it may be sent.
   */
  async takeFinalizing(key: string, gas: bigint): Promise<string | undefined> {
    const { fees, now, balanceWei } = await this.#look();
    if (fees === undefined) return "Gas is too dear.";
    if (balanceWei < this.#spending.reservedWei() + gasLimitOf(gas) * fees.maxFeePerGas)
      return "What the relayer has is reserved for submissions.";
    const full = this.#spending.reserveFinalizing(key, gas, gas * fees.maxFeePerGas, now);
    if (full === undefined) return undefined;
    return `The budget for finalizing is used up until ${new Date(full.resetsAt * 1000).toISOString()}.`;
  }

  /** What a contributor pays who pays for themselves. */
  async own(gas: bigint, why: GasReasonKey): Promise<GasPayment> {
    return contributorPays(gas, (await this.#look()).priceWei, why);
  }

  /** Whether the gateway may not offer what gas costs at the moment. */
  async isTooDear(): Promise<boolean> {
    return (await this.#look()).fees === undefined;
  }

  /** The gateway will not send a transaction. */
  release(key: string): void {
    this.#spending.release(key);
  }

  /** Corrects what is counted by what the journal knows: raised fees, and what receipts say. Call it in a poll. */
  follow(isGivenUp: (key: string) => boolean): void {
    for (const { key, gas } of this.#spending.open()) {
      const cost = this.#parts.journal.costOf(key);
      if (cost?.minedHash !== undefined) this.#spending.settle(key, cost.minedHash, cost.spentWei);
      else if (cost !== undefined) this.#spending.raise(key, gas * cost.maxFeePerGas);
      else if (isGivenUp(key)) this.#spending.release(key);
    }
  }

  #termsOf(consumer: GasConsumer, gas: bigint, { priceWei, fees, now, balanceWei }: Market): GasPayment {
    if (!this.#parts.config.RELAY) return contributorPays(gas, priceWei, "relaying-off");
    if (fees === undefined) return contributorPays(gas, priceWei, "gas-price");
    const usedUp = this.#spending.usedUp(consumer, gas * fees.maxFeePerGas, now);
    if (usedUp !== undefined)
      return { ...contributorPays(gas, priceWei, usedUp.budget), resetsAt: usedUp.resetsAt };
    if (balanceWei < this.#spending.reservedWei() + gasLimitOf(gas) * fees.maxFeePerGas)
      return contributorPays(gas, priceWei, "relayer-empty");
    return { paidBy: "gateway", gas: Number(gas), feeWei: String(gas * priceWei) };
  }

  #look(): Promise<Market> {
    const known = this.#market;
    if (known !== undefined && Date.now() - known.at < MARKET_MILLISECONDS) return known.promise;
    const promise = this.#readMarket();
    const looked = { promise, at: Date.now() };
    this.#market = looked;
    // What failed is asked for again by the next one.
    promise.catch(() => {
      if (this.#market === looked) this.#market = undefined;
    });
    return promise;
  }

  async #readMarket(): Promise<Market> {
    const { chain, journal, config } = this.#parts;
    const [block, balanceWei] = await Promise.all([
      chain.client.getBlock({ blockTag: "latest" }),
      chain.client.getBalance({ address: journal.sender }),
    ]);
    const base = block.baseFeePerGas ?? 0n;
    const now = Number(block.timestamp);
    try {
      const fees = await suggestFees(chain.client, base, config.MAX_FEE_GWEI);
      return { priceWei: base + fees.maxPriorityFeePerGas, fees, now, balanceWei };
    } catch (error) {
      if (!(error instanceof FeeTooHighError)) throw error;
      return { priceWei: error.priceWei, fees: undefined, now, balanceWei };
    }
  }
}

function contributorPays(gas: bigint, priceWei: bigint, why: GasReasonKey): GasPayment {
  return { paidBy: "contributor", reason: gasReason(why), gas: Number(gas), feeWei: String(gas * priceWei) };
}
