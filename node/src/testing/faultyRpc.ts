import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { RpcRequest } from "./rpcProxy.ts";

/** What goes wrong with a whole HTTP request. */
export const WIRE_FAULTS = [
  "429",
  "429 with a date",
  "429 in JSON",
  "500",
  "503",
  "HTML",
  "truncated JSON",
  "empty",
  "null",
  "other id",
  "missing answer",
  "connection broken",
  "never answered",
  "never ended",
  "slow",
  "taken, then never answered",
  "taken, then 500",
  "taken, then broken",
] as const;

/** What goes wrong with the answer to one JSON-RPC request, for some methods only. */
export const ANSWER_FAULTS = [
  "wrong chain",
  "older block",
  "receipt vanished",
  "null result",
  "too high a count",
  "too low a count",
  "already known",
  "nonce too low",
  "replacement underpriced",
  "insufficient funds",
  "taken, then already known",
  "taken, then nonce too low",
] as const;

/** A way in which an RPC server misbehaves. */
export type Fault = (typeof WIRE_FAULTS)[number] | (typeof ANSWER_FAULTS)[number];

/** Decides about one HTTP request with all that it asks. */
export type Script = (asked: readonly RpcRequest[]) => Fault | undefined;

const HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>";
const SLOW_MILLISECONDS = 30;
/** Blocks by which a node is behind that tells of an older block. */
const BEHIND_BLOCKS = 2n;

const REFUSALS: Partial<Record<Fault, string>> = {
  "already known": "already known",
  "taken, then already known": "already known",
  "nonce too low": "nonce too low: next nonce 7, tx nonce 3",
  "taken, then nonce too low": "nonce too low: next nonce 7, tx nonce 3",
  "replacement underpriced": "replacement transaction underpriced",
  "insufficient funds": "insufficient funds for gas * price + value",
};

/** Stands between a client and a real chain and misbehaves as a script says. */
export class FaultyRpc {
  /** Faults that happened, by kind. */
  readonly happened = new Map<Fault, number>();
  script: Script = () => undefined;
  readonly #server: Server;
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(target: string): Promise<FaultyRpc> {
    const faulty = new FaultyRpc(target);
    await new Promise<void>((resolve) => faulty.#server.listen(0, "127.0.0.1", resolve));
    return faulty;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get faults(): number {
    return [...this.happened.values()].reduce((sum, count) => sum + count, 0);
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const body = JSON.parse(Buffer.concat(parts).toString()) as RpcRequest | RpcRequest[];
    const asked = Array.isArray(body) ? body : [body];
    const fault = this.script(asked);
    if (fault === undefined) return this.#answer(response, body, (one) => this.#pass(one));
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    if (fault.startsWith("taken, then")) await Promise.all(asked.map((one) => this.#pass(one)));
    if ((ANSWER_FAULTS as readonly string[]).includes(fault))
      return this.#answer(response, body, (one) => this.#spoil(one, fault));
    await this.#misbehave(response, body, fault);
  }

  async #misbehave(response: ServerResponse, body: RpcRequest | RpcRequest[], fault: Fault): Promise<void> {
    const answer = async () => JSON.stringify(await this.#all(body, (one) => this.#pass(one)));
    switch (fault) {
      case "429":
        response.writeHead(429, { "retry-after": "0" }).end("Too many requests");
        return;
      case "429 with a date":
        response.writeHead(429, { "retry-after": new Date(Date.now() + 20).toUTCString() }).end();
        return;
      case "429 in JSON": {
        const error = { code: 429, message: "Your app has exceeded its compute units per second capacity" };
        return this.#answer(response, body, async ({ id }) => ({ jsonrpc: "2.0", id, error }));
      }
      case "500":
      case "taken, then 500":
        response.writeHead(500).end("Internal error");
        return;
      case "503":
        response.writeHead(503, { "content-type": "text/html" }).end(HTML);
        return;
      case "HTML":
        response.writeHead(200, { "content-type": "text/html" }).end(HTML);
        return;
      case "truncated JSON": {
        const text = await answer();
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(text.slice(0, Math.ceil(text.length / 2)));
        return;
      }
      case "empty":
        response.writeHead(200).end();
        return;
      case "null":
        response.writeHead(200, { "content-type": "application/json" }).end("null");
        return;
      case "other id":
        return this.#answer(response, body, async (one) => ({
          ...((await this.#pass(one)) as object),
          id: one.id + 1,
        }));
      case "missing answer": {
        const answers = (await this.#all(body, (one) => this.#pass(one))) as unknown[];
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify(Array.isArray(answers) ? answers.slice(1) : {}));
        return;
      }
      case "never answered":
      case "taken, then never answered":
        return;
      case "never ended":
        response.writeHead(200, { "content-type": "application/json" }).write((await answer()).slice(0, 5));
        return;
      case "slow":
        await sleep(SLOW_MILLISECONDS);
        return this.#answer(response, body, (one) => this.#pass(one));
      default:
        response.destroy();
    }
  }

  async #spoil(request: RpcRequest, fault: Fault): Promise<unknown> {
    const { id, method, params } = request;
    const result = (value: unknown) => ({ jsonrpc: "2.0", id, result: value });
    const message = REFUSALS[fault];
    if (message !== undefined && method === "eth_sendRawTransaction")
      return { jsonrpc: "2.0", id, error: { code: -32000, message } };
    if (fault === "wrong chain" && method === "eth_chainId") return result("0x1");
    if (fault === "receipt vanished" && method === "eth_getTransactionReceipt") return result(null);
    if (fault === "null result") return result(null);
    if (
      fault === "older block" &&
      (method === "eth_getBlockByNumber" || method === "eth_getTransactionCount")
    ) {
      const place = method === "eth_getBlockByNumber" ? 0 : 1;
      if (params[place] !== "latest" && params[place] !== "pending") return this.#pass(request);
      const head = (await this.#pass({ id, method: "eth_blockNumber", params: [] })) as { result: string };
      const older = BigInt(head.result) > BEHIND_BLOCKS ? BigInt(head.result) - BEHIND_BLOCKS : 0n;
      return this.#pass({ ...request, params: params.with(place, `0x${older.toString(16)}`) });
    }
    if (method === "eth_getTransactionCount" && /count$/.test(fault)) {
      const { result: count } = (await this.#pass(request)) as { result: string };
      const shift = fault === "too high a count" ? 3n : -2n;
      const told = BigInt(count) + shift;
      return result(`0x${(told < 0n ? 0n : told).toString(16)}`);
    }
    return this.#pass(request);
  }

  async #answer(
    response: ServerResponse,
    body: RpcRequest | RpcRequest[],
    answer: (one: RpcRequest) => Promise<unknown>,
  ): Promise<void> {
    const text = JSON.stringify(await this.#all(body, answer));
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  }

  #all(body: RpcRequest | RpcRequest[], answer: (one: RpcRequest) => Promise<unknown>): Promise<unknown> {
    return Array.isArray(body) ? Promise.all(body.map(answer)) : answer(body);
  }

  async #pass(request: RpcRequest): Promise<unknown> {
    const response = await fetch(this.#target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    return response.json();
  }
}

/** Numbers between 0 and 1 that a seed determines (mulberry32, Tommy Ettinger 2017). */
export function diceOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
