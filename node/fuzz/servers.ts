import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, startDaemon } from "../src/testing/daemon.ts";
import { furnish, TEXT, trainer, validators } from "../src/testing/furnishing.ts";
import { GatewayClient, sign } from "../src/testing/gatewayClient.ts";
import { keyOf, person, TestProtocol } from "../src/testing/protocol.ts";
import { story } from "../src/testing/testFiles.ts";
import { jobSpec } from "./documents.ts";
import { type Route, routesOf } from "./requests.ts";

/** A daemon that runs, and what it may be asked. */
export interface RunningServer {
  name: string;
  daemon: Daemon;
  routes: readonly Route[];
  /** Values that mean something to it. */
  known: readonly string[];
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

const TUS = ["tus-resumable", "upload-length", "upload-offset", "upload-metadata"];

/** What only the gateway answers without describing it: other parts, its own pages, uploads that can be resumed. */
const UNDESCRIBED = [
  ...[post("/graphql"), get("/graphql/{rest}"), post("/chat/v1/answers"), get("/chat/{rest}")],
  ...[
    get("/docs"),
    get("/docs/{rest}"),
    get("/docs/static/{rest}"),
    get("/docs/json"),
    get("/datanets/{id}"),
  ],
  ...["POST", "PATCH", "HEAD", "DELETE", "OPTIONS", "GET"].map((method) => ({
    method,
    path: method === "POST" ? "/v1/uploads/tus" : "/v1/uploads/tus/{id}",
    query: [],
    headers: TUS,
  })),
];

const VALIDATOR = [
  get("/v1/votes", ["limit", "before"]),
  ...[get("/v1/dockets"), get("/v1/feed.atom"), get("/v1/feed.rss"), get("/"), get("/page.js")],
  get("/ipfs/{cid}", ["format"], ["range", "accept"]),
  get("/v1/proposals", [], ["authorization"]),
  get("/v1/proposals/{docket}/{round}", [], ["authorization"]),
  { ...post("/v1/proposals/{docket}/{round}"), headers: ["authorization"] },
  get("/v1/proposals/{docket}/{round}/{item}/content", [], ["authorization"]),
];

const TRAINER = [
  get("/v1/jobs"),
  get("/v1/jobs/{job}/progress", [], ["last-event-id"]),
  get("/v1/votes", ["limit", "before"]),
  get("/v1/dockets"),
];

/** Limits on how often one may ask are tested elsewhere; here they would hide what lies behind them. */
const UNLIMITED = Object.fromEntries(
  [
    ...["READS_PER_MINUTE", "WRITES_PER_MINUTE", "WRITES_PER_ADDRESS"],
    ...["UNFINISHED_PER_ADDRESS", "UNFINISHED_PER_IP"],
  ].map((name) => [name, "100000000"]),
);

function keyText(account: (typeof validators)[number] | undefined): string {
  return `0x${Buffer.from(account?.getHdKey().privateKey ?? []).toString("hex")}`;
}

/** Submits a file and stores a spec, so that there is something to ask about. @returns what it is asked by. */
async function contribute(url: string, protocol: TestProtocol): Promise<string[]> {
  const client = new GatewayClient(url);
  const ada = person(2);
  const { manifest, submission } = await client.prepare(ada.address, TEXT, [story(1)]);
  const chainId = await protocol.client.getChainId();
  const signature = await sign(ada, chainId, protocol.addresses.datanets, submission);
  const { body } = await client.submit(manifest, submission, signature);
  await client.reach(body.root, "judging");
  const spec = await fetch(`${url}/v1/specs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(jobSpec),
  });
  const { cid } = (await spec.json()) as { cid: string };
  const files = manifest.files.flatMap((file) => [file.cid, file.sha256]);
  return [ada.address, body.root, cid, ...files, "bytes=0-9", "bytes=5-", "bytes=-3"];
}

/** The four daemons on a chain of their own, and how to end them. */
export async function startServers(): Promise<{ servers: RunningServer[]; stop: () => Promise<void> }> {
  const protocol = await TestProtocol.start();
  const directory = await mkdtemp(join(tmpdir(), "openledger-fuzz-servers-"));
  const servers: RunningServer[] = [];
  const daemons: Daemon[] = [];
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    await protocol.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await furnish(protocol);
    const start = async (name: string, own: Record<string, string>): Promise<Daemon> => {
      const environment = {
        RPC_URL: protocol.url,
        DATA_DIR: join(directory, name),
        PYTHON: process.execPath,
        ...own,
      };
      const daemon = await startDaemon(name, environment);
      if (daemon.url === "") throw new Error(`The ${name} did not start: ${daemon.log().slice(-2_000)}`);
      daemons.push(daemon);
      return daemon;
    };
    const gateway = await start("gateway", { PRIVATE_KEY: keyOf(1), ...UNLIMITED });
    const described = routesOf(await (await fetch(`${gateway.url}/docs/json`)).json());
    const known = await contribute(gateway.url, protocol);
    servers.push({
      name: "gateway",
      daemon: gateway,
      routes: [...COMMON, ...UNDESCRIBED, ...described],
      known,
    });

    const validator = await start("validator", {
      PRIVATE_KEY: keyText(validators[0]),
      GATEWAY_URL: gateway.url,
      POOLS: "TEXT",
      MODE: "propose",
    });
    const token = await readFile(join(directory, "validator", "page-token"), "utf8").catch(() => "");
    const bearer = `Bearer ${token.trim()}`;
    servers.push({
      name: "validator",
      daemon: validator,
      routes: [...COMMON, ...VALIDATOR],
      known: [...known, bearer],
    });

    const settings = { PRIVATE_KEY: keyText(trainer), GATEWAY_URL: gateway.url };
    servers.push({
      name: "trainer",
      daemon: await start("trainer", settings),
      routes: [...COMMON, ...TRAINER],
      known,
    });

    const chat = await start("chat", { GATEWAY_URL: gateway.url, QUESTIONS_PER_MINUTE: "100000000" });
    servers.push({
      name: "chat",
      daemon: chat,
      routes: [...COMMON, get("/v1/releases"), post("/v1/answers")],
      known,
    });
    return { servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
