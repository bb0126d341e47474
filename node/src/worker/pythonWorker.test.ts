import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PythonWorker, WorkerGoneError, WorkerStoppedError } from "./pythonWorker.ts";

/** Speaks the worker's protocol: `echo` answers, `count` reports events, `die` ends the process, `wait` until cancelled. */
const CHILD = `
import { createInterface } from "node:readline";
import { appendFileSync } from "node:fs";
appendFileSync(process.argv[2], Object.keys(process.env).join() + "\\n");
const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "echo") say({ id, result: params });
  if (method === "count") { for (let n = 1; n <= params.to; n++) say({ id, event: "token", data: { text: String(n) } }); say({ id, result: {} }); }
  if (method === "die") process.exit(3);
  if (method === "garbage") { process.stdout.write("not json\\n"); say({ id, error: { code: "odd", message: "It is odd.", next: "Make it even." } }); }
  if (method === "cancel") { say({ id: params.target, error: { code: "cancelled", message: "The work was cancelled.", next: "" } }); say({ id, result: { cancelled: true } }); }
}
`;

let folder: string;
let stop: AbortController;
let worker: PythonWorker;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-worker-"));
  stop = new AbortController();
  await writeFile(join(folder, "child.mjs"), CHILD);
  worker = new PythonWorker({
    command: process.execPath,
    args: [join(folder, "child.mjs"), join(folder, "started")],
    log: pino({ level: "silent" }),
    signal: stop.signal,
  });
});
afterEach(async () => {
  await worker.stop();
  await rm(folder, { recursive: true, force: true });
});

const starts = async () => (await readFile(join(folder, "started"), "utf8")).trim().split("\n");

test("one process answers many requests, events before the result", async () => {
  const texts: unknown[] = [];
  const [echo] = await Promise.all([
    worker.request("echo", { question: "wie geht's?" }),
    worker.request("count", { to: 3 }, { onEvent: (event, data) => texts.push([event, data.text]) }),
  ]);
  expect(echo).toEqual({ question: "wie geht's?" });
  expect(texts).toEqual([
    ["token", "1"],
    ["token", "2"],
    ["token", "3"],
  ]);
  expect(await starts()).toHaveLength(1);
});

test("the worker sees no key of the node", async () => {
  process.env.PRIVATE_KEY = "0x01";
  process.env.KEYSTORE_PASSWORD = "secret";
  process.env.OPENLEDGER_API_KEY = "secret";
  const settings = ["OPENLEDGER_DEVICE", "OPENLEDGER_PROCESSES", "OPENLEDGER_QUANTIZATION"];
  settings.push("CUDA_VISIBLE_DEVICES", "NCCL_SOCKET_IFNAME", "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE");
  for (const name of settings) process.env[name] = "1";
  await worker.request("echo", {});
  expect((await starts())[0]).not.toMatch(/PRIVATE_KEY|KEYSTORE|API_KEY/);
  expect((await starts())[0]?.split(",")).toEqual(expect.arrayContaining(settings));
});

test("a crash fails what was asked, and the next request starts a new process", async () => {
  await expect(worker.request("die", {})).rejects.toThrow(WorkerGoneError);
  expect(await worker.request("echo", { again: 1 })).toEqual({ again: 1 });
  expect(await starts()).toHaveLength(2);
});

test("errors keep their code and advice; a line that is no JSON is passed over", async () => {
  await expect(worker.request("garbage", {})).rejects.toMatchObject({ code: "odd", next: "Make it even." });
});

test("aborting cancels the request", async () => {
  const left = new AbortController();
  const waiting = worker.request("wait", {}, { signal: left.signal });
  setTimeout(() => left.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
});

test("a command that does not exist is reported, not thrown into the air", async () => {
  const broken = new PythonWorker({
    command: join(folder, "nothing"),
    log: pino({ level: "silent" }),
    signal: stop.signal,
  });
  await expect(broken.request("ping", {})).rejects.toThrow(WorkerGoneError);
});

test("what a stopped node leaves unanswered is not a crash", async () => {
  const waiting = worker.request("wait", {});
  const refused = expect(waiting).rejects.toThrow(WorkerStoppedError);
  await expect.poll(() => worker.pid).toBeDefined();
  await worker.stop();
  await refused;
});
