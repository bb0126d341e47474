import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { createServer, type Server } from "../app/server.ts";
import { addProgressRoutes } from "./progressRoutes.ts";
import { RunStore } from "./runStore.ts";

let folder: string;
let runs: RunStore;
let server: Server;
let url: string;
let stop: AbortController;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-runs-"));
  runs = new RunStore(openDatabase(join(folder, "node.sqlite")));
  stop = new AbortController();
  server = createServer({
    log: pino({ level: "silent" }),
    metrics: new Registry(),
    readiness: () => undefined,
    role: "trainer",
    account: undefined,
    trustProxy: false,
  });
  addProgressRoutes(
    server,
    runs,
    { declined: (job) => [{ job: job ?? 7, reason: "It pays too little." }] },
    stop.signal,
  );
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  stop.abort();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a run begun twice is begun once; begun again after its lease was lost, it keeps what it trained", () => {
  runs.begin(3, 1);
  runs.update(3, { state: "trained", result: { adapterDigest: "0x01" } as never });
  runs.begin(3, 1);
  expect(runs.find(3)).toMatchObject({ attempt: 1, state: "trained" });
  runs.update(3, { state: "lost", error: "The lease is over." });
  runs.begin(3, 2);
  expect(runs.find(3)).toMatchObject({
    attempt: 2,
    state: "claimed",
    error: undefined,
    result: { adapterDigest: "0x01" },
  });
});

test("the past comes first, then what happens, each step once, until the end", async () => {
  runs.begin(1, 1);
  runs.addProgress(1, "step", { step: 1, lossMicronats: 5 });
  runs.addProgress(1, "step", { step: 2, lossMicronats: 4 });
  const response = await fetch(`${url}/v1/jobs/1/progress`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const text = response.text();
  await expect.poll(() => runs.listeners(1)).toBe(1);
  // A resumed training repeats the steps since its checkpoint.
  runs.addProgress(1, "step", { step: 2, lossMicronats: 4 });
  runs.addProgress(1, "step", { step: 3, lossMicronats: 3 });
  runs.update(1, { state: "released" });
  const events = [...(await text).matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/gm)].map(
    ([, id, event, data]) => ({
      id: Number(id),
      event,
      data: JSON.parse(data ?? ""),
    }),
  );
  expect(events.map(({ event, data }) => data.step ?? event)).toEqual([1, 2, 3, "status"]);
  const last = { "last-event-id": String(events.at(-1)?.id) };
  expect((await fetch(`${url}/v1/jobs/1/progress`, { headers: last })).status).toBe(204);
});

test("a stream tells one attempt and says which; a lost one stays to be read", async () => {
  runs.begin(4, 1);
  runs.addProgress(4, "step", { step: 1, lossMicronats: 5 });
  const first = fetch(`${url}/v1/jobs/4/progress`).then((response) => response.text());
  await expect.poll(() => runs.listeners(4)).toBe(1);
  runs.update(4, { state: "lost", error: "The lease is over." });
  expect(await first).toMatch(/^event: attempt\ndata: {"job":4,"attempt":1}\n\n/);
  runs.begin(4, 2);
  runs.addProgress(4, "step", { step: 1, lossMicronats: 4 });
  runs.update(4, { state: "released", result: { adapterDigest: "0x01", steps: 1 } as never });
  const streamed = async (query: string) =>
    (await (await fetch(`${url}/v1/jobs/4/progress${query}`)).text()).match(/lossMicronats":\d/g);
  expect(await streamed("")).toEqual(['lossMicronats":4']);
  expect(await streamed("?attempt=1")).toEqual(['lossMicronats":5']);
  const missing = await fetch(`${url}/v1/jobs/4/progress?attempt=3`);
  expect([missing.status, (await missing.json()).code]).toEqual([404, "unknown-attempt"]);
  expect(await (await fetch(`${url}/v1/jobs?job=4`)).json()).toMatchObject({
    jobs: [
      { job: 4, attempt: 2, state: "released", adapterDigest: "0x01" },
      { job: 4, attempt: 1, state: "lost", error: "The lease is over." },
    ],
  });
});

test("jobs that are left to others are told with the reason", async () => {
  const { jobs, declined } = await (await fetch(`${url}/v1/jobs?job=9`)).json();
  expect({ jobs, declined }).toEqual({ jobs: [], declined: [{ job: 9, reason: "It pays too little." }] });
});

test("a job that is not held here", async () => {
  const response = await fetch(`${url}/v1/jobs/9/progress`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    code: "unknown-job",
    sentence: "This trainer does not hold job 9.",
  });
});
