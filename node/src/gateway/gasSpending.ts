import { createHash, randomBytes } from "node:crypto";
import { quotaResetsAt, utcDay } from "@openledger/sdk/quota";
import { type Address, type Hash, parseGwei } from "viem";
import type { Database } from "../app/database.ts";
import { networkOf } from "../app/network.ts";
import type { GatewayConfig } from "./gatewayConfig.ts";

/** Whom a submission's gas is counted for. */
export interface GasConsumer {
  contributor: Address;
  /** The address that the request came from. */
  ip: string;
}

/** Which of the budgets is used up. */
export type UsedUpBudget = "budget-address" | "budget-ip" | "budget-day";

/** A reservation for a transaction that has not come to its end. */
export interface GasReservation {
  /** The transaction's key in the journal. */
  key: string;
  /** Gas that it is likely to use. */
  gas: bigint;
}

/** Rows older than this are of no budget any more. */
const KEPT_DAYS = 2;
/** Stands where a contributor's address would, for transactions that finalize submissions of many. */
const FINALIZING = "finalizing";

/**
 * What the gateway pays for submissions by contributor, by network and by UTC day of chain time, and for finalizing them
 * by day, on disk. A transaction
 * counts with what it may cost from the moment at which the gateway takes it on, and with what its receipt says once it
 * is mined, whether it succeeded or not.
 *
 * Amounts are kept in gwei, rounded up, since a day's sum in wei does not fit into a column.
 */
export class GasSpending {
  readonly #database: Database;
  readonly #limits: { address: number; ip: number; day: number; finalizing: number };
  readonly #pepper: string;

  constructor(
    database: Database,
    config: Pick<
      GatewayConfig,
      | "RELAY_BUDGET_ETH"
      | "RELAY_BUDGET_PER_IP_ETH"
      | "RELAY_BUDGET_PER_ADDRESS_ETH"
      | "RELAY_BUDGET_FINALIZING_ETH"
    >,
  ) {
    this.#database = database;
    this.#limits = {
      address: gweiDown(config.RELAY_BUDGET_PER_ADDRESS_ETH),
      ip: gweiDown(config.RELAY_BUDGET_PER_IP_ETH),
      day: gweiDown(config.RELAY_BUDGET_ETH),
      finalizing: gweiDown(config.RELAY_BUDGET_FINALIZING_ETH),
    };
    database.exec(`
      CREATE TABLE IF NOT EXISTS gas_spending (
        key TEXT NOT NULL, day INTEGER NOT NULL, contributor TEXT NOT NULL, network TEXT NOT NULL, gas INTEGER NOT NULL,
        reserved_gwei INTEGER NOT NULL, spent_gwei INTEGER NOT NULL DEFAULT 0, settled_hash TEXT,
        PRIMARY KEY (key, day)) STRICT;
      CREATE INDEX IF NOT EXISTS gas_spending_day ON gas_spending (day);
      CREATE INDEX IF NOT EXISTS gas_spending_contributor ON gas_spending (contributor, day);
      CREATE INDEX IF NOT EXISTS gas_spending_network ON gas_spending (network, day);
      CREATE INDEX IF NOT EXISTS gas_spending_open ON gas_spending (reserved_gwei) WHERE reserved_gwei > 0;
      CREATE TABLE IF NOT EXISTS gas_pepper (only INTEGER PRIMARY KEY CHECK (only = 1), pepper TEXT NOT NULL) STRICT;
    `);
    database.prepare("INSERT OR IGNORE INTO gas_pepper VALUES (1, ?)").run(randomBytes(32).toString("hex"));
    this.#pepper = String(database.prepare("SELECT pepper FROM gas_pepper").get()?.pepper);
  }

  /**
   * Which budget, if any, has no room for a transaction.
   *
   * @param costWei What it may cost.
   * @param now Chain time in Unix seconds.
   */
  usedUp(
    { contributor, ip }: GasConsumer,
    costWei: bigint,
    now: number,
  ): { budget: UsedUpBudget; resetsAt: number } | undefined {
    const day = utcDay(now);
    const cost = gweiUp(costWei);
    const resetsAt = quotaResetsAt(now);
    const { address, ip: perIp, day: perDay } = this.#limits;
    if (this.#sum("contributor = ? AND day = ?", contributor.toLowerCase(), day) + cost > address)
      return { budget: "budget-address", resetsAt };
    if (this.#sum("network = ? AND day = ?", this.networkKey(ip), day) + cost > perIp)
      return { budget: "budget-ip", resetsAt };
    if (this.#sum("contributor <> ? AND day = ?", FINALIZING, day) + cost > perDay)
      return { budget: "budget-day", resetsAt };
    return undefined;
  }

  /** Counts a transaction that the gateway takes on. Taking the same one on again on the same day reserves anew. */
  reserve(key: string, consumer: GasConsumer, gas: bigint, costWei: bigint, now: number): void {
    this.#reserve(key, consumer.contributor.toLowerCase(), this.networkKey(consumer.ip), gas, costWei, now);
  }

  /**
   * Counts a transaction that finalizes submissions, out of a budget of its own: it takes nothing from submissions, nor
   * they from it.
   *
   * @returns when there is room again, while there is none; undefined once it counts.
   */
  reserveFinalizing(
    key: string,
    gas: bigint,
    costWei: bigint,
    now: number,
  ): { resetsAt: number } | undefined {
    const spent = this.#sum("contributor = ? AND day = ?", FINALIZING, utcDay(now));
    if (spent + gweiUp(costWei) > this.#limits.finalizing) return { resetsAt: quotaResetsAt(now) };
    this.#reserve(key, FINALIZING, "", gas, costWei, now);
    return undefined;
  }

  #reserve(
    key: string,
    contributor: string,
    network: string,
    gas: bigint,
    costWei: bigint,
    now: number,
  ): void {
    this.#database
      .prepare(
        `INSERT INTO gas_spending (key, day, contributor, network, gas, reserved_gwei) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (key, day) DO UPDATE SET gas = excluded.gas, reserved_gwei = excluded.reserved_gwei`,
      )
      .run(key, utcDay(now), contributor, network, Number(gas), gweiUp(costWei));
    this.#database
      .prepare("DELETE FROM gas_spending WHERE day < ? AND reserved_gwei = 0")
      .run(utcDay(now) - KEPT_DAYS);
  }

  /** The transactions that count with what they may cost. */
  open(): GasReservation[] {
    return this.#database
      .prepare("SELECT key, gas FROM gas_spending WHERE reserved_gwei > 0")
      .all()
      .map(({ key, gas }) => ({ key: String(key), gas: BigInt(Number(gas)) }));
  }

  /** What all open reservations come to, in wei. */
  reservedWei(): bigint {
    const row = this.#database
      .prepare("SELECT COALESCE(SUM(reserved_gwei), 0) AS gwei FROM gas_spending WHERE reserved_gwei > 0")
      .get();
    return parseGwei(String(row?.gwei));
  }

  /** A transaction offers more than before: it counts with what it may cost now. */
  raise(key: string, costWei: bigint): void {
    this.#database
      .prepare(
        "UPDATE gas_spending SET reserved_gwei = MAX(reserved_gwei, ?) WHERE key = ? AND reserved_gwei > 0",
      )
      .run(gweiUp(costWei), key);
  }

  /** A transaction was mined: it counts with what it cost, once, however often it is told. */
  settle(key: string, hash: Hash, costWei: bigint): void {
    this.#database
      .prepare(
        `UPDATE gas_spending SET reserved_gwei = 0, settled_hash = ?,
           spent_gwei = spent_gwei + CASE WHEN settled_hash IS ? THEN 0 ELSE ? END
         WHERE key = ? AND reserved_gwei > 0`,
      )
      .run(hash, hash, gweiUp(costWei), key);
  }

  /** A transaction will never be sent: it counts no more. */
  release(key: string): void {
    this.#database.prepare("UPDATE gas_spending SET reserved_gwei = 0 WHERE key = ?").run(key);
  }

  #sum(condition: string, ...values: (string | number)[]): number {
    const row = this.#database
      .prepare(
        `SELECT COALESCE(SUM(reserved_gwei + spent_gwei), 0) AS gwei FROM gas_spending WHERE ${condition}`,
      )
      .get(...values);
    return Number(row?.gwei);
  }

  /** Addresses of visitors are not kept: this tells only whether two requests came from one network. */
  networkKey(ip: string): string {
    return createHash("sha256").update(this.#pepper).update(networkOf(ip)).digest("hex").slice(0, 32);
  }
}

const WEI_A_GWEI = 1_000_000_000n;

function gweiUp(wei: bigint): number {
  return Number((wei + WEI_A_GWEI - 1n) / WEI_A_GWEI);
}

function gweiDown(wei: bigint): number {
  return Number(wei / WEI_A_GWEI);
}
