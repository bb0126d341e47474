import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { Hex } from "viem";

/** A request that the stub was asked. */
export interface KuboRequest {
  path: string;
  query: URLSearchParams;
}

/** Answers the part of Kubo's RPC API that stores use, for files of one block. */
export class KuboStub {
  readonly requests: KuboRequest[] = [];
  /** The CIDs that are pinned. */
  readonly pinned = new Set<string>();
  /** Called before a request is answered; while it waits, so does the asker. */
  before: (request: KuboRequest) => void | Promise<void> = () => undefined;
  readonly #held = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "/", "http://kubo");
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      const asked = { path: url.pathname, query: url.searchParams };
      this.requests.push(asked);
      await this.before(asked);
      const { status, body } = this.#answer(asked, Buffer.concat(parts));
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  }

  static async start(): Promise<KuboStub> {
    const stub = new KuboStub();
    await new Promise<void>((resolve) => stub.#server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer({ path, query }: KuboRequest, body: Buffer): { status: number; body: string | Buffer } {
    if (path === "/api/v0/add") {
      const content = body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf("\r\n--"));
      const sha256: Hex = `0x${createHash("sha256").update(content).digest("hex")}`;
      const cid = cidOfDigest(sha256);
      this.#held.set(cid, Buffer.from(content));
      if (query.get("pin") === "true") this.pinned.add(cid);
      return {
        status: 200,
        body: `${JSON.stringify({ Name: "f", Hash: cid, Size: String(content.length) })}\n`,
      };
    }
    const cid = (query.get("arg") ?? "").replace("/ipfs/", "");
    const content = this.#held.get(cid);
    if (content === undefined) {
      const Message = "block was not found locally (offline)";
      return { status: 500, body: JSON.stringify({ Message, Code: 0, Type: "error" }) };
    }
    if (path === "/api/v0/pin/rm") {
      this.pinned.delete(cid);
      return { status: 200, body: JSON.stringify({ Pins: [cid] }) };
    }
    if (path === "/api/v0/cat") {
      const offset = Number(query.get("offset") ?? 0);
      return {
        status: 200,
        body: content.subarray(offset, offset + Number(query.get("length") ?? content.length)),
      };
    }
    if (path !== "/api/v0/files/stat") return { status: 200, body: content };
    const Size = content.length;
    return {
      status: 200,
      body: JSON.stringify({ Hash: cid, Size, CumulativeSize: Size, Blocks: 0, Type: "file" }),
    };
  }
}
