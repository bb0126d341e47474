import type { Logger } from "pino";
import {
  createTransport,
  type EIP1193RequestFn,
  HttpRequestError,
  http,
  TimeoutError,
  type Transport,
} from "viem";
import { redactUrl } from "../config/config.ts";
import type { ChainIdentity } from "./identity.ts";
import { fetchAnswer } from "./rpcAnswers.ts";
import { isUnreachable, OtherChainError, RestingError } from "./unreachable.ts";

/** How an RPC address is asked. */
export interface EndpointOptions {
  /** For one HTTP request with everything in it, its answer's body included. */
  timeoutMilliseconds: number;
  log: Logger;
}

/** What all addresses of one chain must agree on. */
export type ExpectedChain = Pick<ChainIdentity, "chainId" | "genesisHash">;

/** A node may be exchanged for another chain's behind its address: look again from time to time, and after a failure. */
const IDENTITY_MILLISECONDS = 30_000;
/** How long an address that does not answer in time is passed over, where there are others. */
const REST_MILLISECONDS = 5_000;
/** No server's wish keeps the daemon away for longer. */
const LONGEST_REST_MILLISECONDS = 60_000;

/** One RPC address: asked only while it is of the right chain and does not want to be left alone. */
export class Endpoint {
  readonly url: string;
  readonly #options: EndpointOptions;
  readonly #mayRest: boolean;
  readonly #expected: () => ExpectedChain | undefined;
  #restsUntil = 0;
  #checkedAt = 0;
  #check: Promise<void> | undefined;
  #isOther = false;

  /**
   * @param mayRest Whether another address can be asked meanwhile.
   * @param expected The chain that the address must be of, once that is known.
   */
  constructor(
    url: string,
    options: EndpointOptions,
    mayRest: boolean,
    expected: () => ExpectedChain | undefined,
  ) {
    this.url = url;
    this.#options = options;
    this.#mayRest = mayRest;
    this.#expected = expected;
  }

  /** The address as a transport of viem. Whoever uses it tries again. */
  get transport(): Transport {
    const { timeoutMilliseconds: timeout } = this.#options;
    const asking = http(this.url, {
      retryCount: 0,
      timeout,
      batch: { wait: 0 },
      fetchFn: fetchAnswer,
    });
    return (given) => {
      const { request } = asking({ ...given, retryCount: 0, timeout });
      return createTransport({
        key: "endpoint",
        name: "RPC address",
        type: "endpoint",
        retryCount: 0,
        timeout,
        request: ((args) => this.#ask(request, args as never)) as EIP1193RequestFn,
      });
    };
  }

  async #ask(request: EIP1193RequestFn, args: { method: string; params?: unknown }): Promise<unknown> {
    const restsFor = this.#restsUntil - Date.now();
    if (restsFor > 0) {
      throw new RestingError(
        `${redactUrl(this.url)} is left alone for ${Math.ceil(restsFor / 1000)} more seconds.`,
      );
    }
    await this.#requireChain(request);
    return this.#try(() => request(args as never));
  }

  async #try<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      if (isUnreachable(error)) {
        this.#checkedAt = 0;
        this.#rest(error);
      }
      throw error;
    }
  }

  #rest(error: unknown): void {
    const wished = retryAfterMilliseconds(error);
    const rest = wished ?? (this.#mayRest && error instanceof TimeoutError ? REST_MILLISECONDS : 0);
    if (rest === 0) return;
    this.#restsUntil = Date.now() + Math.min(rest, LONGEST_REST_MILLISECONDS);
    this.#options.log.warn(
      { rpc: redactUrl(this.url), seconds: Math.ceil(rest / 1000) },
      wished === undefined ? "RPC address did not answer in time" : "RPC address wants fewer requests",
    );
  }

  /** @throws OtherChainError when the node at the address is of another chain. */
  #requireChain(request: EIP1193RequestFn): Promise<void> {
    const expected = this.#expected();
    if (expected === undefined || Date.now() - this.#checkedAt < IDENTITY_MILLISECONDS)
      return Promise.resolve();
    this.#check ??= this.#checkChain(request, expected).finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  async #checkChain(request: EIP1193RequestFn, { chainId, genesisHash }: ExpectedChain): Promise<void> {
    const [id, genesis] = await this.#try(() =>
      Promise.all([
        request({ method: "eth_chainId" } as never) as Promise<string>,
        request({ method: "eth_getBlockByNumber", params: ["0x0", false] } as never) as Promise<{
          hash: string;
        } | null>,
      ]),
    );
    const isOther = Number(id) !== chainId || genesis?.hash.toLowerCase() !== genesisHash.toLowerCase();
    if (isOther !== this.#isOther) {
      this.#isOther = isOther;
      const facts = { rpc: redactUrl(this.url), chainId: Number(id), expected: chainId };
      if (isOther) this.#options.log.error(facts, "RPC address is of another chain, and is not believed");
      else this.#options.log.info(facts, "RPC address is of the right chain again");
    }
    if (isOther)
      throw new OtherChainError(`${redactUrl(this.url)} answers for another chain than chain ${chainId}.`);
    this.#checkedAt = Date.now();
  }
}

/** How long a server asks to be left alone (RFC 9110, 10.2.3): seconds, or a date. */
function retryAfterMilliseconds(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof HttpRequestError)) continue;
    const value = cause.headers?.get("retry-after");
    if (value === null || value === undefined) return undefined;
    const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
    return milliseconds > 0 ? milliseconds : undefined;
  }
  return undefined;
}
