import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, startDaemon } from "../src/testing/daemon.ts";
import { furnish, trainer, validators } from "../src/testing/furnishing.ts";
import { keyOf, TestProtocol } from "../src/testing/protocol.ts";
import { type Route, routesOf } from "./requests.ts";

/** A daemon that runs, and what it may be asked. */
export interface RunningServer {
  name: string;
  daemon: Daemon;
  routes: readonly Route[];
}

const get = (path: string, query: string[] = [], headers: string[] = []): Route => ({
  method: "GET",
  path,
  query,
  headers,
});
const post = (path: string): Route => ({ method: "POST", path, query: [], headers: [] });

/** What every daemon answers without describing it. */
const COMMON = [get("/healthz"), get("/readyz"), get("/metrics")];

/** What only the gateway answers without describing it: other parts that it passes questions on to, and its own pages. */
const UNDESCRIBED = [
  ...[post("/graphql"), get("/graphql/{rest}"), post("/chat/v1/answers"), get("/chat/{rest}")],
  ...[
    get("/docs"),
    get("/docs/{rest}"),
    get("/docs/static/{rest}"),
    get("/docs/json"),
    get("/datanets/{id}"),
  ],
];

/** The four daemons on a chain of their own, and how to end them. */
export async function startServers(): Promise<{ servers: RunningServer[]; stop: () => Promise<void> }> {
  const protocol = await TestProtocol.start();
  const directory = await mkdtemp(join(tmpdir(), "openledger-fuzz-servers-"));
  const servers: RunningServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map(({ daemon }) => daemon.kill()));
    await protocol.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await furnish(protocol);
    const start = async (name: string, routes: readonly Route[], own: Record<string, string>) => {
      const environment = {
        RPC_URL: protocol.url,
        DATA_DIR: join(directory, name),
        LOG_LEVEL: "info",
        PYTHON: process.execPath,
        ...own,
      };
      const daemon = await startDaemon(name, environment);
      if (daemon.url === "") throw new Error(`The ${name} did not start: ${daemon.log().slice(-2_000)}`);
      servers.push({ name, daemon, routes: [...COMMON, ...routes] });
      return daemon;
    };
    // Limits on how often one may ask are tested elsewhere; here they would hide what lies behind them.
    const limits = {
      READS_PER_MINUTE: "100000000",
      WRITES_PER_MINUTE: "100000000",
      WRITES_PER_ADDRESS: "100000000",
    };
    const gateway = await start("gateway", UNDESCRIBED, { PRIVATE_KEY: keyOf(1), ...limits });
    const described = routesOf(await (await fetch(`${gateway.url}/docs/json`)).json());
    const first = servers[0];
    if (first !== undefined) servers[0] = { ...first, routes: [...first.routes, ...described] };
    const key = (account: (typeof validators)[number] | undefined) =>
      `0x${Buffer.from(account?.getHdKey().privateKey ?? []).toString("hex")}`;
    const votes = get("/v1/votes", ["limit", "before"]);
    await start("validator", [votes], {
      PRIVATE_KEY: key(validators[0]),
      GATEWAY_URL: gateway.url,
      POOLS: "TEXT",
    });
    const progress = get("/v1/jobs/{job}/progress", [], ["last-event-id"]);
    await start("trainer", [get("/v1/jobs"), progress], {
      PRIVATE_KEY: key(trainer),
      GATEWAY_URL: gateway.url,
    });
    await start("chat", [get("/v1/releases"), post("/v1/answers")], {
      GATEWAY_URL: gateway.url,
      QUESTIONS_PER_MINUTE: "100000000",
    });
    return { servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
