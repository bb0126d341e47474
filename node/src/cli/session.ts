import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Address } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { UserError } from "../app/errors.ts";
import { loadAccount } from "../chain/account.ts";
import type { CommonConfig } from "../config/config.ts";
import { type Connection, connect } from "./connection.ts";
import { GatewayApi } from "./gatewayApi.ts";
import type { Io } from "./io.ts";
import { Wallet } from "./wallet.ts";

/** What every command takes. */
export interface CommonOptions {
  rpc?: string;
  gateway?: string;
  addresses?: string;
  json?: boolean;
  keystore?: string;
  dataDir?: string;
  yes?: boolean;
  wait?: number;
}

const DEFAULT_RPC_URL = "http://127.0.0.1:8545";
const DEFAULT_GATEWAY_URL = "http://127.0.0.1:8080";
const DEFAULT_WAIT_SECONDS = 120;

/** Everything that a command works with, opened when it is needed and given back at the end. */
export class Session {
  readonly io: Io;
  readonly options: CommonOptions;
  readonly #command: string;
  #connection: Promise<Connection> | undefined;
  #account: Promise<PrivateKeyAccount> | undefined;
  #wallet: Promise<Wallet> | undefined;

  constructor(io: Io, options: CommonOptions, command: string) {
    this.io = io;
    this.options = options;
    this.#command = command;
  }

  /** Tells a person what takes long. */
  progress(line: string): void {
    this.io.err(line);
  }

  /** A path as the user means it. */
  path(name: string): string {
    return resolve(this.io.cwd, name);
  }

  connection(): Promise<Connection> {
    this.#connection ??= connect(
      this.#setting(this.options.rpc, "RPC_URL") ?? DEFAULT_RPC_URL,
      this.#setting(this.options.addresses, "OPENLEDGER_ADDRESSES"),
    );
    return this.#connection;
  }

  get gateway(): GatewayApi {
    const url = this.#setting(this.options.gateway, "GATEWAY_URL") ?? DEFAULT_GATEWAY_URL;
    return new GatewayApi(url, this.io.signal);
  }

  /** The account that signs. @throws UserError when none is named, or it cannot be opened. */
  account(): Promise<PrivateKeyAccount> {
    this.#account ??= this.#openAccount();
    return this.#account;
  }

  /** An account's address: the one given, or that of the own key. */
  async addressOr(given: Address | undefined): Promise<Address> {
    return given ?? (await this.account()).address;
  }

  /** What signs and sends. Whatever an earlier command left under way is finished first. */
  wallet(): Promise<Wallet> {
    this.#wallet ??= this.#openWallet();
    return this.#wallet;
  }

  /** @throws UserError unless the user agrees, by --yes or when asked. */
  async confirm(question: string): Promise<void> {
    if (this.options.yes === true) return;
    if (!this.io.isInteractive) {
      throw new UserError({
        code: "not-confirmed",
        sentence: `This would have to be agreed to, and nobody can be asked here: ${question}`,
        next: "Give --yes to agree.",
      });
    }
    if (await this.io.ask(question)) return;
    throw new UserError({
      code: "not-confirmed",
      sentence: "Nothing was done.",
      next: "Agree with y, or give --yes.",
    });
  }

  /** The command has told its answer. */
  async finish(): Promise<void> {
    if (this.#wallet !== undefined) (await this.#wallet).finish();
  }

  async close(): Promise<void> {
    const wallet = await this.#wallet?.catch(() => undefined);
    wallet?.close();
  }

  async #openAccount(): Promise<PrivateKeyAccount> {
    const { env } = this.io;
    const file = this.options.keystore === undefined ? env.KEYSTORE_FILE : this.path(this.options.keystore);
    // A keystore that is named on the command line is meant, whatever the environment holds.
    const key = this.options.keystore === undefined ? env.PRIVATE_KEY : undefined;
    let password = env.KEYSTORE_PASSWORD;
    if (file !== undefined && password === undefined && this.io.isInteractive) {
      await readFile(file).catch(() => undefined);
      password = await this.io.askPassword(`Password of ${file}:`);
    }
    if (key !== undefined && !/^0x[0-9a-fA-F]{64}$/.test(key)) {
      throw new UserError({
        code: "bad-account",
        sentence: "PRIVATE_KEY is not a 0x-prefixed key of 32 bytes.",
        next: "Correct it, or use a keystore with --keystore FILE.",
      });
    }
    const account = await loadAccount({
      PRIVATE_KEY: key,
      KEYSTORE_FILE: file,
      KEYSTORE_PASSWORD: password,
    } as CommonConfig);
    if (account !== undefined) return account;
    throw new UserError({
      code: "no-account",
      sentence: "This has to be signed, and no account is named.",
      next: "Give --keystore FILE, or set KEYSTORE_FILE or PRIVATE_KEY in the environment. Keys are never taken from the command line.",
    });
  }

  async #openWallet(): Promise<Wallet> {
    const [connection, account] = await Promise.all([this.connection(), this.account()]);
    const dataDir = this.#setting(this.options.dataDir, "OPENLEDGER_DATA_DIR");
    const wallet = Wallet.open({
      connection,
      account,
      io: this.io,
      dataDir: dataDir === undefined ? undefined : this.path(dataDir),
      command: this.#command,
      waitSeconds: this.options.wait ?? DEFAULT_WAIT_SECONDS,
    });
    await wallet.resume().catch((error: unknown) => {
      wallet.close();
      throw error;
    });
    return wallet;
  }

  #setting(option: string | undefined, variable: string): string | undefined {
    const value = option ?? this.io.env[variable];
    return value === "" ? undefined : value;
  }
}
