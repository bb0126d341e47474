import pRetry from "p-retry";
import { createTransport, type EIP1193RequestFn, fallback, TimeoutError, type Transport } from "viem";
import { Endpoint, type EndpointOptions, type ExpectedChain } from "./endpoint.ts";
import { isUnreachable, OtherChainError, RestingError } from "./unreachable.ts";

/** How a chain's RPC addresses are asked. */
export interface TransportOptions extends EndpointOptions {
  /** How often a request that failed on its way is tried again, with longer and random waits in between. */
  retries: number;
  /** The first of these waits, about. */
  backoffMilliseconds: number;
}

/** What works well with public nodes. Faults that last longer are for whoever polls. */
export const RETRIES = { retries: 2, backoffMilliseconds: 100 } as const;

const BACKOFF = { factor: 3, maxTimeout: 2_000, randomize: true } as const;

/** The way to a chain over one or several RPC addresses, of which the first that answers is believed. */
export class ChainTransport {
  readonly transport: Transport;
  #expected: ExpectedChain | undefined;

  constructor(urls: readonly string[], options: TransportOptions) {
    const endpoints = urls.map(
      (url) => new Endpoint(url, options, urls.length > 1, () => this.#expected).transport,
    );
    const asking = fallback(endpoints, { retryCount: 0 });
    this.transport = (given) => {
      const { request } = asking({ ...given, retryCount: 0 });
      return createTransport({
        key: "chain",
        name: "Chain",
        type: "chain",
        retryCount: 0,
        request: ((args) =>
          pRetry(() => request(args as never), {
            ...BACKOFF,
            minTimeout: options.backoffMilliseconds,
            retries: options.retries,
            shouldRetry: ({ error }) => isWorthRetrying(error),
          })) as EIP1193RequestFn,
      });
    };
  }

  /** From now on nothing is believed that another chain says. */
  expect(chain: ExpectedChain): void {
    this.#expected = chain;
  }
}

/** What takes long, or wants to be left alone, is no better a moment later. */
function isWorthRetrying(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TimeoutError || cause instanceof RestingError || cause instanceof OtherChainError)
      return false;
  }
  return isUnreachable(error);
}
