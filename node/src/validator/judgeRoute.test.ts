import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import pino from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { createServer } from "../app/server.ts";
import { assay } from "../judge/assay.ts";
import { KnownFiles } from "../judge/known.ts";
import { attachJudgements, JUDGEMENTS } from "./judgements.ts";
import { addJudgeRoute } from "./judgeRoute.ts";

const text = readFileSync(new URL("../../../scripts/demo/files/text/balcony-scene.md", import.meta.url));
let folder: string;
let database: Database;
let known: KnownFiles;
let server: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-judge-"));
  database = openDatabase(join(folder, "node.sqlite"));
  attachJudgements(database, join(folder, "judgements.sqlite"));
  known = new KnownFiles(database, JUDGEMENTS);
  const made = createServer({
    log: pino({ level: "silent" }),
    metrics: new Registry(),
    readiness: () => undefined,
    role: "validator",
    account: undefined,
    trustProxy: false,
  });
  await addJudgeRoute(made, { assayer: { assay }, known, folder: join(folder, "downloads") });
  server = made as unknown as FastifyInstance;
});
afterEach(async () => {
  await server.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function judge(name: string, pool: string, payload: Buffer, remoteAddress = "127.0.0.1") {
  const headers = { "content-type": "application/octet-stream" };
  const url = `/v1/judge?name=${encodeURIComponent(name)}&pool=${pool}`;
  return server.inject({ method: "POST", url, headers, payload, remoteAddress });
}

test("says what it thinks of a file, and keeps nothing of it", async () => {
  const good = await judge("scene.md", "TEXT", text);
  expect(good.json()).toMatchObject({ name: "scene.md", pool: "TEXT", mediaType: "text/markdown" });
  expect(good.json().grade).toBeTypeOf("number");
  const bad = await judge("scene.md", "IMAGE", text);
  expect(bad.json()).toMatchObject({ grade: 0, reason: expect.any(String), why: expect.any(String) });
  expect(readdirSync(join(folder, "downloads"))).toEqual([]);
  expect(existsSync(join(folder, "content"))).toBe(false);
});

test("knows what was submitted before", async () => {
  const { grade, reason } = (await judge("scene.md", "TEXT", text)).json();
  expect({ grade: grade > 0, reason }).toEqual({ grade: true, reason: undefined });
  const root = `0x${"01".repeat(32)}` as const;
  const sha256 = `0x${createHash("sha256").update(text).digest("hex")}` as const;
  known.add(
    { datanet: 3, pool: 0, root, index: 1, block: 5, logIndex: 0, sha256, name: "first.txt" },
    undefined,
  );
  expect((await judge("scene.md", "TEXT", text)).json()).toMatchObject({
    grade: 0,
    reason: "exact-duplicate",
    repeats: { root, index: 1, name: "first.txt" },
  });
});

test.each([
  ["a name with a path", "../scene.md", "TEXT", 400],
  ["a pool that takes no files", "scene.md", "COMPUTE", 400],
])("refuses %s", async (_what, name, pool, status) => {
  expect((await judge(name, pool, text)).statusCode).toBe(status);
});

test("judges for this machine's users only", async () => {
  const answer = await judge("scene.md", "TEXT", text, "203.0.113.5");
  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({ code: "local-only" });
});
