import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One JSON-RPC request on its way to a chain. */
export interface RpcRequest {
  id: number;
  method: string;
  params: unknown[];
}

/** What a test does with a request: nothing, answer it in the chain's place, or see the answer before the asker does. */
export interface RpcHooks {
  /** A returned value is the result, and the chain is not asked. */
  before?: (request: RpcRequest) => unknown | Promise<unknown>;
  /** A returned error is the answer, and the chain is not asked. */
  refuse?: (request: RpcRequest) => { code: number; message: string } | undefined;
  after?: (request: RpcRequest, result: unknown) => void | Promise<void>;
}

/** Stands between a daemon and its chain, so that a test can act at an exact moment. */
export class RpcProxy {
  hooks: RpcHooks = {};
  readonly methods: string[] = [];
  readonly #server: Server;
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer(async (request, response) => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      const asked = JSON.parse(Buffer.concat(parts).toString()) as RpcRequest | RpcRequest[];
      try {
        const answer = Array.isArray(asked)
          ? await Promise.all(asked.map((one) => this.#pass(one)))
          : await this.#pass(asked);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer));
      } catch {
        // A hook that throws is a connection that breaks.
        response.destroy();
      }
    });
  }

  static async start(target: string): Promise<RpcProxy> {
    const proxy = new RpcProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #pass(request: RpcRequest): Promise<unknown> {
    this.methods.push(request.method);
    const error = this.hooks.refuse?.(request);
    if (error !== undefined) return { jsonrpc: "2.0", id: request.id, error };
    const own = await this.hooks.before?.(request);
    if (own !== undefined) return { jsonrpc: "2.0", id: request.id, result: own };
    const response = await fetch(this.#target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const answer = (await response.json()) as { result?: unknown };
    await this.hooks.after?.(request, answer.result);
    return answer;
  }
}
