import type { FastifyRequest } from "fastify";
import { type Address, zeroAddress } from "viem";
import { networkOf } from "../app/network.ts";
import type { ChatKeys } from "./chatKeys.ts";
import { isChatKey } from "./chatKeys.ts";
import { MinuteBudget } from "./minuteBudget.ts";
import { ApiRefusal } from "./openai/apiRefusal.ts";

/** Who asks, and how much they may. */
export interface Asker {
  /** What budgets count by. */
  id: string;
  /** Whose receipts pay; the zero address when nobody is known to. */
  user: Address;
  requestsPerMinute: number;
  tokensPerMinute: number;
}

/** How much may be asked without limits of a key's own. */
interface Limits {
  requestsPerMinute: number;
  tokensPerMinute: number;
}

/** Knows who asks, by key or by address, and how much they asked in the last minute. */
export class Askers {
  readonly #keys: ChatKeys;
  readonly #areKeysRequired: boolean;
  readonly #limits: Limits;
  readonly #requests: MinuteBudget;
  readonly #tokens: MinuteBudget;

  constructor(parts: { keys: ChatKeys; areKeysRequired: boolean; limits: Limits; now?: () => number }) {
    this.#keys = parts.keys;
    this.#areKeysRequired = parts.areKeysRequired;
    this.#limits = parts.limits;
    this.#requests = new MinuteBudget(parts.now);
    this.#tokens = new MinuteBudget(parts.now);
  }

  get areKeysRequired(): boolean {
    return this.#areKeysRequired;
  }

  /**
   * Who sent a request.
   *
   * @throws ApiRefusal 401 for a key that is not valid, or none where one is required; 429 for too many wrong ones.
   */
  identify(request: FastifyRequest): Asker {
    const { authorization } = request.headers;
    const key = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]?.trim() ?? "";
    const address = `address ${networkOf(addressOf(request))}`;
    const entry = this.#keys.find(key);
    if (entry !== undefined) {
      return {
        id: `key ${entry.id}`,
        user: entry.user ?? zeroAddress,
        requestsPerMinute: entry.requestsPerMinute ?? this.#limits.requestsPerMinute,
        tokensPerMinute: entry.tokensPerMinute ?? this.#limits.tokensPerMinute,
      };
    }
    const nobody = { id: address, user: zeroAddress, ...this.#limits };
    // Clients that must send some key send any; one of ours that is not valid is a mistake that somebody should see.
    if (!this.#areKeysRequired && !isChatKey(key)) return nobody;
    this.takeRequest(nobody);
    throw new ApiRefusal(401, {
      type: "invalid_request_error",
      code: "invalid_api_key",
      message:
        key === ""
          ? "This server asks for an API key: send it as Authorization: Bearer KEY. Whoever runs the server makes keys with openledger chat-key create."
          : "The API key is not valid here: it was never made, has expired, or was revoked.",
    });
  }

  /** Count one request. @throws ApiRefusal 429 */
  takeRequest({ id, requestsPerMinute: limit }: Asker): void {
    if (this.#requests.take(id, 1, limit)) return;
    throw tooMany("requests", limit, this.#requests.waitSeconds(id, 1, limit));
  }

  /** Set tokens aside for an answer. @throws ApiRefusal 429 */
  takeTokens({ id, tokensPerMinute: limit }: Asker, tokens: number): void {
    if (tokens > limit) {
      throw ApiRefusal.ofParameter(
        "max_tokens",
        `An answer of up to ${tokens} tokens is more than the ${limit} tokens that may be asked for in a minute.`,
      );
    }
    if (this.#tokens.take(id, tokens, limit)) return;
    throw tooMany("tokens", limit, this.#tokens.waitSeconds(id, tokens, limit));
  }

  /** Count what an answer took instead of what was set aside for it. */
  settleTokens({ id, tokensPerMinute: limit }: Asker, setAside: number, taken: number): void {
    this.#tokens.settle(id, setAside - taken, limit);
  }

  /** How an asker stands, in the headers that clients of the OpenAI API read. */
  headersFor(asker: Asker): Record<string, string> {
    const requests = this.#requests.stateOf(asker.id, asker.requestsPerMinute);
    const tokens = this.#tokens.stateOf(asker.id, asker.tokensPerMinute);
    return {
      "x-ratelimit-limit-requests": String(requests.limit),
      "x-ratelimit-remaining-requests": String(requests.remaining),
      "x-ratelimit-reset-requests": `${requests.resetSeconds}s`,
      "x-ratelimit-limit-tokens": String(tokens.limit),
      "x-ratelimit-remaining-tokens": String(tokens.remaining),
      "x-ratelimit-reset-tokens": `${tokens.resetSeconds}s`,
    };
  }
}

function tooMany(what: "requests" | "tokens", limit: number, waitSeconds: number): ApiRefusal {
  return new ApiRefusal(429, {
    type: "rate_limit_error",
    code: "rate_limit_exceeded",
    message: `More than ${limit} ${what} were asked for within a minute. Wait ${waitSeconds} s and ask again.`,
    headers: { "retry-after": String(waitSeconds) },
  });
}

/** The asker's address; behind the gateway on this machine, the one that the gateway passes on. */
function addressOf(request: FastifyRequest): string {
  const forwarded = request.headers["x-forwarded-for"];
  const isLocal = request.ip === "127.0.0.1" || request.ip === "::1";
  return isLocal && typeof forwarded === "string"
    ? (forwarded.split(",").at(-1) ?? request.ip).trim()
    : request.ip;
}
