import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { JOB_SPEC_FIELDS } from "@openledger/sdk/jobSpecFields";
import { pino } from "pino";
import { Registry } from "prom-client";
import { createPublicClient, custom, encodeFunctionResult, zeroAddress, zeroHash } from "viem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServer, type Server } from "../../app/server.ts";
import { readConfig } from "../../config/config.ts";
import { person } from "../../testing/protocol.ts";
import { startTrainerServer, urlOf } from "../../testing/trainerServer.ts";
import { gatewayConfig } from "../gatewayConfig.ts";
import type { GatewayParts } from "../parts.ts";
import { addProtection, type WriteLimits } from "../protection.ts";
import { addPage } from "./page.ts";
import { addProxies } from "./proxies.ts";
import { addSpecRoute } from "./specRoute.ts";
import { addTrainingProgressRoute } from "./trainingProgressRoute.ts";

const log = pino({ level: "silent" });
let server: Server;
let directory: string;

function configOf(environment: Record<string, string> = {}) {
  return readConfig(gatewayConfig, { RPC_URL: "http://127.0.0.1:8545", DATA_DIR: directory, ...environment });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-routes-"));
  server = createServer({
    log,
    metrics: new Registry(),
    readiness: () => "The index is being built.",
    role: "gateway",
    account: undefined,
    trustProxy: false,
  });
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function listen(): Promise<string> {
  await server.listen({ host: "127.0.0.1", port: 0 });
  return server.listeningOrigin;
}

describe("job specs", () => {
  it("may say what the one schema lists", async () => {
    const limits = { perIp: {}, count: () => undefined } as unknown as WriteLimits;
    addSpecRoute(server, {} as GatewayParts, limits);
    const response = await fetch(`${await listen()}/v1/specs/fields`);
    expect(await response.json()).toEqual(JOB_SPEC_FIELDS);
  });
});

describe("every server", () => {
  it("tells that it lives, why it is not ready, and its figures", async () => {
    const url = await listen();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true, role: "gateway" });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, reason: "The index is being built." },
    ]);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'openledger_http_responses_total{method="GET",route="/readyz",status="503"} 1',
    );
  });
});

describe("a connection", () => {
  it("is not held for ever by a body that was announced and never comes", async () => {
    await listen();
    const { requestTimeout, headersTimeout, timeout } = server.server;
    for (const limit of [requestTimeout, headersTimeout, timeout]) {
      expect(limit).toBeGreaterThan(0);
      expect(limit).toBeLessThanOrEqual(30 * 60_000);
    }
  });
});

describe("the proxies", () => {
  let upstream: HttpServer;
  let asked: IncomingMessage[];
  let leave: () => void;
  let left: Promise<void>;

  beforeEach(async () => {
    asked = [];
    ({ resolve: leave, promise: left } = Promise.withResolvers<void>());
    upstream = createHttpServer(async (request, response) => {
      asked.push(request);
      response.on("close", leave);
      if (request.url === "/v1/answers") {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("event: token\ndata: 1\n\n");
        return;
      }
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ url: request.url, body: Buffer.concat(parts).toString() }));
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    upstream.closeAllConnections();
    upstream.close();
  });

  it("pass questions to the index and the chat server, and answers back as they come", async () => {
    await addProxies(server, configOf({ INDEXER_URL: urlOf(upstream), CHAT_URL: `${urlOf(upstream)}/` }));
    const url = await listen();
    const body = JSON.stringify({ query: "{ datanets }" });
    const graphql = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(await graphql.json()).toEqual({ url: "/graphql", body });
    expect(await (await fetch(`${url}/chat/v1/releases?page=2`)).json()).toEqual({
      url: "/v1/releases?page=2",
      body: "",
    });

    // The chat server limits askers by the address that the gateway saw.
    await fetch(`${url}/chat/v1/models`, { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(asked.at(-1)?.headers["x-forwarded-for"]).toMatch(/^(::ffff:)?127\.0\.0\.1$/);

    const stop = new AbortController();
    const answer = await fetch(`${url}/chat/v1/answers`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
      signal: stop.signal,
    });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe("event: token\ndata: 1\n\n");
    // Who stops listening stops the model.
    stop.abort();
    await left;
  });

  it("say in a sentence that a part does not answer, or that there is none", async () => {
    await addProxies(server, configOf({ INDEXER_URL: "http://127.0.0.1:1" }));
    const url = await listen();
    const graphql = await fetch(`${url}/graphql`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect([graphql.status, await graphql.json()]).toMatchObject([
      503,
      { code: "graphql-unreachable", sentence: "The index does not answer at the moment." },
    ]);
    const chat = await fetch(`${url}/chat/v1/releases`);
    expect([chat.status, await chat.json()]).toMatchObject([
      503,
      { code: "not-configured", next: expect.stringContaining("CHAT_URL") },
    ]);
  });
});

describe("the runs of trainers", () => {
  const [early, late] = [person(18).address, person(17).address];
  let trainers: HttpServer[];

  beforeEach(async () => {
    trainers = [await startTrainerServer(early, 900, "lost"), await startTrainerServer(late, 1)];
    const config = configOf({ TRAINER_URLS: ["http://127.0.0.1:1", ...trainers.map(urlOf)].join(",") });
    const signal = new AbortController().signal;
    // An attested job: the chain no longer says who trained it.
    const result = {
      poster: early,
      status: 3,
      priceWei: 1n,
      specDigest: zeroHash,
      parentRelease: 0,
      trainer: zeroAddress,
      leaseEnds: 0,
      attempts: 0,
      docket: 1,
      position: 0,
      deadline: 1,
    };
    const call = encodeFunctionResult({ abi: trainingAbi, functionName: "jobOf", result } as never);
    const client = createPublicClient({ transport: custom({ request: async () => call }) });
    const chain = { addresses: { training: zeroAddress }, client };
    addTrainingProgressRoute(server, { config, log, signal, chain } as unknown as GatewayParts);
  });
  afterEach(() => {
    for (const trainer of trainers) trainer.close();
  });

  it("are not all that trainers tell: jobs that they leave to others come with the reason", async () => {
    const url = await listen();
    const told = await (await fetch(`${url}/v1/jobs?job=2`)).json();
    const reason = "It pays 1 OPEN.";
    expect(told).toEqual({
      runs: [],
      declined: [early, late].map((trainer) => ({ trainer, job: 2, reason })),
    });
  });

  it("are listed with whose they are, past attempts too, and each can be read by itself", async () => {
    const url = await listen();
    const { runs } = (await (await fetch(`${url}/v1/jobs?job=1`)).json()) as { runs: unknown };
    expect(runs).toEqual(
      [
        { trainer: early, state: "lost" },
        { trainer: late, state: "claimed" },
      ].map((run) => ({ ...run, job: 1, attempt: 2 })),
    );
    const past = await fetch(`${url}/v1/jobs/1/progress?trainer=${early}`);
    expect(past.headers.get("x-openledger-trainer")).toBe(early);
    expect(await past.text()).toContain('"step":900');
    // Nobody is named: the run that was not lost is meant.
    expect(await (await fetch(`${url}/v1/jobs/1/progress`)).text()).toContain('"step":1}');
    // A reader who has heard all of a run that is over is told to come no more.
    const rest = await fetch(`${url}/v1/jobs/1/progress?trainer=${late}&attempt=1`);
    expect(rest.status).toBe(204);
    const stranger = await fetch(`${url}/v1/jobs/1/progress?trainer=${person(2).address}`);
    expect([stranger.status, await stranger.json()]).toMatchObject([404, { code: "no-progress" }]);
  });
});

describe("the page", () => {
  beforeEach(async () => {
    await mkdir(join(directory, "dist/assets"), { recursive: true });
    await writeFile(join(directory, "dist/index.html"), "<!doctype html><title>OpenLedger</title>");
    await writeFile(join(directory, "dist/assets/app-1234.js"), "export {};");
    server.setNotFoundHandler(await addPage(server, join(directory, "dist"), log));
  });

  it("answers its own addresses, and leaves the API's to the API", async () => {
    const url = await listen();
    for (const path of ["/", "/datanets/1", "/submissions/0xabc"]) {
      const response = await fetch(`${url}${path}`);
      expect([path, response.status, response.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
    expect((await fetch(`${url}/assets/app-1234.js`)).headers.get("cache-control")).toContain("immutable");
    for (const path of ["/assets/missing.js", "/v1/nothing", "/ipfs/x", "/../../etc/passwd.txt"]) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${url}/datanets/1`, { method: "POST" })).status).toBe(404);
  });
});

describe("the protection", () => {
  it("lets browsers of any origin ask, and nothing foreign run on the page", async () => {
    await addProtection(server, configOf(), "http://127.0.0.1:8545");
    server.get("/v1/thing", () => ({}));
    const response = await fetch(`${await listen()}/v1/thing`, {
      headers: { origin: "https://elsewhere.example" },
    });
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:8545");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("limits requests by IP and by contributor, and says when to come back", async () => {
    const { count, perIp } = await addProtection(
      server,
      configOf({ READS_PER_MINUTE: "2", WRITES_PER_MINUTE: "1", WRITES_PER_ADDRESS: "2" }),
      undefined,
    );
    server.get("/v1/thing", () => ({}));
    server.post("/v1/thing", { config: { rateLimit: perIp } }, () => ({}));
    const url = await listen();
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await fetch(`${url}/v1/thing`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await (await fetch(`${url}/v1/thing`)).json()).toMatchObject({
      code: "too-many-requests",
      next: expect.stringMatching(/^Wait \d+ seconds/),
    });
    expect((await fetch(`${url}/v1/thing`, { method: "POST" })).status).toBe(200);
    expect((await fetch(`${url}/v1/thing`, { method: "POST" })).status).toBe(429);
    // Whoever watches the daemon is never turned away.
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const [ada, ben] = [person(2).address, person(3).address];
    count(ada);
    count(ada);
    expect(() => count(ada)).toThrow(`${ada} asked more than 2 times in a minute.`);
    count(ben);
  });
});
