import type { Addresses } from "@openledger/sdk/addresses";
import pRetry from "p-retry";
import type { Logger } from "pino";
import { createPublicClient, defineChain, type Hash, type PublicClient, type Chain as ViemChain } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Database } from "../app/database.ts";
import { RestartError, UserError } from "../app/errors.ts";
import { type CommonConfig, redactUrl, rpcUrls } from "../config/config.ts";
import { loadAddresses } from "./addresses.ts";
import { Heads } from "./heads.ts";
import { keepIdentity, readIdentity, requireContracts } from "./identity.ts";
import { poll } from "./poll.ts";
import { LogScanner } from "./scan.ts";
import { ChainTransport, RETRIES } from "./transport.ts";
import { isUnreachable } from "./unreachable.ts";

/** The newest block that was seen. `timestamp` is chain time in seconds. */
export interface Head {
  number: bigint;
  timestamp: number;
}

/** What a chain connection is made of. */
export interface ChainParts {
  config: CommonConfig;
  log: Logger;
  database: Database;
  account: PrivateKeyAccount | undefined;
  signal: AbortSignal;
}

/** One strange answer does not make a chain another one. */
const SURE_AFTER_ATTEMPTS = 3;

/** Half a minute in all. */
const CONNECT_RETRIES = { retries: 8, minTimeout: 500, factor: 1.5, maxTimeout: 6_000 } as const;

/**
 * The chain as every role sees it: a client, the protocol's addresses, chain time, polling that survives an unreachable
 * node, and event scanning that survives the process. It is always the chain that the data directory began with.
 */
export class Chain {
  readonly client: PublicClient;
  readonly chainId: number;
  readonly genesisHash: Hash;
  readonly addresses: Addresses;
  readonly viemChain: ViemChain;
  readonly scanner: LogScanner;
  readonly #parts: ChainParts;
  readonly #heads: Heads;
  #lastHead: Head | undefined;
  #lastHeadAt = 0;

  private constructor(
    parts: ChainParts,
    client: PublicClient,
    viemChain: ViemChain,
    genesisHash: Hash,
    addresses: Addresses,
  ) {
    this.#parts = parts;
    this.client = client;
    this.viemChain = viemChain;
    this.chainId = viemChain.id;
    this.genesisHash = genesisHash;
    this.addresses = addresses;
    this.#heads = new Heads(client);
    this.scanner = new LogScanner(parts.database, client, {
      confirmations: parts.config.CONFIRMATIONS,
      heads: this.#heads,
      // Half a round: the cursors of one round share a newest block, and no round waits for one.
      headMilliseconds: parts.config.POLL_SECONDS * 500,
    });
  }

  /**
   * Connects, and checks that this is the chain that the data directory belongs to and that the protocol is there.
   * A node that is still starting is waited for.
   *
   * @throws UserError when it is another chain; RestartError when nothing answers.
   */
  static async connect(parts: ChainParts): Promise<Chain> {
    return pRetry(() => Chain.#connect(parts), {
      ...CONNECT_RETRIES,
      signal: parts.signal,
      shouldRetry: ({ error, attemptNumber }) =>
        isUnreachable(error) || (isOtherChain(error) && attemptNumber < SURE_AFTER_ATTEMPTS),
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (isUnreachable(error)) parts.log.warn({ retriesLeft }, "chain does not answer");
      },
    }).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      const urls = rpcUrls(parts.config.RPC_URL).map(redactUrl).join(" or ");
      throw new RestartError(`No chain answers at ${urls} (RPC_URL).`, {
        cause: error,
      });
    });
  }

  static async #connect(parts: ChainParts): Promise<Chain> {
    const urls = rpcUrls(parts.config.RPC_URL);
    const timeoutMilliseconds = parts.config.RPC_TIMEOUT_SECONDS * 1000;
    const asking = new ChainTransport(urls, { ...RETRIES, timeoutMilliseconds, log: parts.log });
    const { transport } = asking;
    const chainId = await createPublicClient({ transport }).getChainId();
    const viemChain = defineChain({
      id: chainId,
      name: `chain ${chainId}`,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: urls } },
    });
    const client: PublicClient = createPublicClient({ chain: viemChain, transport, cacheTime: 0 });
    const addresses = loadAddresses(chainId, parts.config.OPENLEDGER_ADDRESSES);
    const identity = await readIdentity(client, addresses);
    keepIdentity(parts.database, identity, parts.config.DATA_DIR);
    asking.expect(identity);
    await requireContracts(client, addresses);
    return new Chain(parts, client, viemChain, identity.genesisHash, addresses);
  }

  /** The account that signs for this daemon. Absent only in roles that send nothing. */
  get account(): PrivateKeyAccount {
    if (this.#parts.account === undefined) throw new Error("This role has no account, and signs nothing.");
    return this.#parts.account;
  }

  /** The newest block. */
  async head(): Promise<Head> {
    const { number, timestamp } = await this.#heads.latest();
    this.#lastHead = { number, timestamp };
    this.#lastHeadAt = Date.now();
    return this.#lastHead;
  }

  /** Chain time in seconds: the newest block's timestamp. */
  async now(): Promise<number> {
    return (await this.head()).timestamp;
  }

  /** The newest block that was seen, without asking, and how long ago it was asked for; undefined before the first look. */
  get lastHead(): (Head & { ageSeconds: number }) | undefined {
    if (this.#lastHead === undefined) return undefined;
    return { ...this.#lastHead, ageSeconds: (Date.now() - this.#lastHeadAt) / 1000 };
  }

  /**
   * Repeats `work` until the daemon stops; a chain node that does not answer is waited for.
   *
   * @param longestWaitSeconds The longest wait after failures, for work that has a deadline.
   */
  poll(
    name: string,
    work: () => Promise<unknown>,
    seconds = this.#parts.config.POLL_SECONDS,
    longestWaitSeconds?: number,
  ): Promise<void> {
    return poll(work, {
      ...(longestWaitSeconds === undefined ? {} : { longestWaitSeconds }),
      name,
      seconds,
      signal: this.#parts.signal,
      log: this.#parts.log,
    });
  }
}

function isOtherChain(error: unknown): boolean {
  return error instanceof UserError && error.code === "other-chain";
}
