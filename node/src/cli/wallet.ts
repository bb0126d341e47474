import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContractCall } from "@openledger/sdk/client/call";
import { pino } from "pino";
import { type Address, encodeFunctionData, type Hash, type Hex, keccak256, stringToBytes } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { type Database, openDatabase } from "../app/database.ts";
import { RestartError } from "../app/errors.ts";
import { type DirectoryLock, lockDirectory } from "../app/lock.ts";
import { Journal } from "../chain/journal.ts";
import { isUnreachable } from "../chain/unreachable.ts";
import type { Connection } from "./connection.ts";
import type { Io } from "./io.ts";

/** What the journal of the command line goes by. */
const JOURNAL_CONFIG = { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 60, MAX_FEE_GWEI: 1000 } as const;
const ROUND_MS = 300;

/** A transaction that is final. */
export interface Sent {
  hash: Hash;
  blockNumber: bigint;
  description: string;
}

/** What a wallet is made of. */
export interface WalletParts {
  connection: Connection;
  account: PrivateKeyAccount;
  io: Io;
  /** The folder of everything that the command line keeps; ~/.openledger by default. */
  dataDir: string | undefined;
  /** Names what is done, so that an interrupted command goes on only with what was its own. */
  command: string;
  /** How long a transaction is waited for. */
  waitSeconds: number;
}

/**
 * Sends the transactions of one command, each exactly once. Every transaction is saved before it is sent; a command that
 * was killed finds it when it is given again with the same arguments, and reports it instead of sending another.
 */
export class Wallet {
  readonly database: Database;
  readonly #parts: WalletParts;
  readonly #lock: DirectoryLock;
  readonly #journal: Journal;

  private constructor(parts: WalletParts, directory: string) {
    this.#parts = parts;
    this.#lock = lockDirectory(directory);
    this.database = openDatabase(join(directory, "wallet.sqlite"));
    this.database.exec(`CREATE TABLE IF NOT EXISTS command_call (
      key TEXT PRIMARY KEY, command TEXT NOT NULL, call_hash TEXT NOT NULL, reported INTEGER NOT NULL DEFAULT 0) STRICT`);
    const { connection, account, io } = parts;
    this.#journal = new Journal({
      client: connection.client,
      account,
      database: this.database,
      log: pino({ level: "silent" }),
      config: JOURNAL_CONFIG,
      signal: io.signal,
    });
  }

  /** Opens what is kept for this chain and this account. @throws UserError when another command is using it. */
  static open(parts: WalletParts): Wallet {
    const { connection, account, dataDir } = parts;
    const chain = `${connection.chainId}-${connection.genesisHash.slice(2, 10)}`;
    return new Wallet(parts, join(dataDir ?? join(homedir(), ".openledger"), chain, account.address));
  }

  get address(): Address {
    return this.#parts.account.address;
  }

  /** Finishes what an earlier command left under way. */
  async resume(): Promise<void> {
    const under = [...this.#journal.countByState()].reduce(
      (sum, [state, count]) => sum + (["finalized", "failed"].includes(state) ? 0 : count),
      0,
    );
    if (under === 0) return;
    this.#parts.io.err(`An earlier command left ${under} transaction(s) under way: going on with them …`);
    await this.#carry(async () => {
      for (const [state, count] of this.#journal.countByState())
        if (!["finalized", "failed"].includes(state) && count > 0) return undefined;
      return true;
    });
  }

  /** `send` for a call of a contract. */
  call(call: ContractCall, description: string): Promise<Sent> {
    const { address, abi, functionName, args } = call;
    return this.send({ to: address, data: encodeFunctionData({ abi, functionName, args }) }, description);
  }

  /**
   * Sends a transaction and waits until it is final. When this command, given before and interrupted, already sent the
   * same call, that one is waited for instead.
   *
   * @throws TransactionRefusedError when it would revert, or did; RestartError when it is not mined in time.
   */
  async send({ to, data }: { to: Address; data: Hex }, description: string): Promise<Sent> {
    const { command, io } = this.#parts;
    const callHash = keccak256(stringToBytes(`${to.toLowerCase()} ${data}`));
    const earlier = this.database
      .prepare("SELECT key FROM command_call WHERE command = ? AND call_hash = ? AND reported = 0")
      .get(command, callHash);
    const key = earlier === undefined ? `command:${randomUUID()}` : String(earlier.key);
    if (earlier === undefined)
      this.database
        .prepare("INSERT INTO command_call (key, command, call_hash) VALUES (?, ?, ?)")
        .run(key, command, callHash);
    io.err(`${description} …`);
    const outcome = this.#journal.send({ key, to, data, description }).then(
      (receipt) => ({ receipt }),
      (error: unknown) => ({ error }),
    );
    let settled: Awaited<typeof outcome> | undefined;
    outcome.then((value) => {
      settled = value;
    });
    await this.#carry(async () => settled);
    const { receipt, error } = (await outcome) as {
      receipt?: { transactionHash: Hash; blockNumber: bigint };
      error?: unknown;
    };
    if (receipt === undefined) {
      io.signal.throwIfAborted();
      // It will not happen any more: the next try is a new one.
      this.#report(key);
      throw error;
    }
    return { hash: receipt.transactionHash, blockNumber: receipt.blockNumber, description };
  }

  /** Whether this command, given before and interrupted, sent something to a contract that it did not tell of. */
  isUnderWay(to: Address): boolean {
    return this.database
      .prepare("SELECT key FROM command_call WHERE command = ? AND reported = 0")
      .all(this.#parts.command)
      .some(({ key }) => this.#journal.find(String(key))?.to.toLowerCase() === to.toLowerCase());
  }

  /** The command told what it did: given again, it does it again. */
  finish(): void {
    this.database.prepare("UPDATE command_call SET reported = 1 WHERE command = ?").run(this.#parts.command);
  }

  close(): void {
    this.database.close();
    this.#lock.release();
  }

  #report(key: string): void {
    this.database.prepare("UPDATE command_call SET reported = 1 WHERE key = ?").run(key);
  }

  async #carry<Result>(done: () => Promise<Result | undefined>): Promise<Result> {
    const { io, waitSeconds } = this.#parts;
    const end = Date.now() + waitSeconds * 1000;
    for (;;) {
      await this.#journal.advance().catch((error: unknown) => {
        if (!isUnreachable(error)) throw error;
      });
      const result = await done();
      if (result !== undefined) return result;
      io.signal.throwIfAborted();
      if (Date.now() > end) {
        throw new RestartError(
          `The transaction was not mined within ${waitSeconds} seconds. It is kept: give the same command again to go on with it.`,
        );
      }
      await sleep(ROUND_MS, undefined, { signal: io.signal }).catch(() => undefined);
    }
  }
}
