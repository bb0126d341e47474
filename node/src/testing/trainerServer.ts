import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Address } from "viem";

/** A trainer's HTTP server as the gateway sees it: who it is, its runs, and the events of job 1. */
export async function startTrainerServer(account: Address, step: number, state = "claimed"): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/healthz") return void response.end(JSON.stringify({ ok: true, account }));
    if (request.url === "/v1/jobs?job=1")
      return void response.end(JSON.stringify({ jobs: [{ job: 1, attempt: 2, state }] }));
    if (request.url === "/v1/jobs?job=2")
      return void response.end(
        JSON.stringify({ jobs: [], declined: [{ job: 2, reason: "It pays 1 OPEN." }] }),
      );
    const [, query] = /^\/v1\/jobs\/1\/progress(\?attempt=1)?$/.exec(request.url ?? "") ?? [undefined, null];
    if (query === null) return void response.writeHead(404).end();
    if (query !== undefined) return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: step\ndata: {"step":${step}}\n\n`);
    setTimeout(() => response.end(`event: step\ndata: {"step":${step + 1}}\n\n`), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Where a server listens. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
