import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEXT } from "@openledger/sdk/pools";
import { pino } from "pino";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { assay } from "../judge/assay.ts";
import { type Opinion, reject } from "../judge/opinion.ts";
import { wordOf } from "../voting/ballot.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { attachJudgements, Judgements } from "./judgements.ts";
import { PerplexityMeter } from "./perplexity.ts";

/** Speaks the worker's protocol, one request at a time: "die" ends it, "hang" is never answered, "refuse" is an error. */
const CHILD = `
import { createInterface } from "node:readline";
const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
let busy = false;
for await (const line of createInterface({ input: process.stdin })) {
  const { id, params } = JSON.parse(line);
  if (busy) process.exit(9);
  if (params.text === "die") process.exit(3);
  if (params.text === "hang") { busy = true; continue; }
  if (params.text === "refuse") { say({ id, error: { code: "too-short", message: "No.", next: "" } }); continue; }
  busy = true;
  setTimeout(() => {
    busy = false;
    say({ id, result: { natsPerByte: 0.914, perplexity: 38.26, tokens: 7, bytes: 28, base: "small" } });
  }, 10);
}
`;
const WHY =
  "0.91 nats a byte over its first 7 tokens (28 bytes) under small, perplexity 38.3 a token; for the record only";
const ROOT: Hex = `0x${"ab".repeat(32)}`;
const good: Opinion = { grade: 2, why: "Short.", findings: [{ check: "length", why: "Short.", atMost: 2 }] };

let folder: string;
let database: Database;
let judgements: Judgements;
let stop: AbortController;
let worker: PythonWorker;
let meter: PerplexityMeter;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-perplexity-"));
  database = openDatabase(join(folder, "node.sqlite"));
  attachJudgements(database, join(folder, "judgements.sqlite"));
  judgements = new Judgements(database);
  await writeFile(join(folder, "child.mjs"), CHILD);
  stop = new AbortController();
  const log = pino({ level: "silent" });
  const { signal } = stop;
  worker = new PythonWorker({ command: process.execPath, args: [join(folder, "child.mjs")], log, signal });
  meter = new PerplexityMeter({ worker, base: folder, judgements, log, signal, limitMilliseconds: 3_000 });
});

afterEach(async () => {
  stop.abort();
  await worker.stop();
  database.close();
  await rm(folder, { recursive: true, force: true });
});

function judged(index: number, opinion: Opinion = good): void {
  judgements.saveAssay(ROOT, index, { opinion, fingerprint: undefined, file: undefined });
  judgements.saveOpinion(ROOT, index, opinion);
}

const findingsOf = (index: number) => judgements.opinionOf(ROOT, index)?.findings?.map(({ check }) => check);

test("the perplexity stands beside the other findings, and the vote is the same with and without it", async () => {
  judged(0);
  const before = judgements.opinionOf(ROOT, 0) ?? good;
  meter.add(ROOT, 0, "Hens lay eggs in the morning.");
  await meter.idle();
  const after = judgements.opinionOf(ROOT, 0) ?? good;
  expect(after.findings).toEqual([...(before.findings ?? []), { check: "perplexity", why: WHY }]);
  expect({ ...after, findings: before.findings }).toEqual(before);
  const voted = ({ ...opinion }: Opinion) => wordOf([{ ...opinion, item: 0, subject: "file 1" }]);
  expect(voted(after)).toEqual(voted(before));
});

test("a worker that dies, hangs or refuses costs those findings only, and the next text is measured", async () => {
  const texts = ["die", "hang", "refuse", "Fine."];
  texts.forEach((_, index) => {
    judged(index);
  });
  texts.forEach((text, index) => {
    meter.add(ROOT, index, text);
  });
  expect(judgements.opinionOf(ROOT, 1)).toMatchObject(good);
  await meter.idle();
  expect(texts.map((_, index) => findingsOf(index))).toEqual([
    ["length"],
    ["length"],
    ["length"],
    ["length", "perplexity"],
  ]);
}, 120_000);

test("what became a rejection shows no perplexity, and what is forgotten gets none", async () => {
  judged(0, reject("near-duplicate", "90 % like an earlier file."));
  meter.add(ROOT, 0, "A copy.");
  await meter.idle();
  expect(findingsOf(0)).toBeUndefined();
  judged(1);
  meter.add(ROOT, 1, "Gone before it is measured.");
  judgements.forget(ROOT);
  await meter.idle();
  judged(1);
  expect(findingsOf(1)).toEqual(["length"]);
});

test("an excerpt comes back for good texts only, and only when it is asked for", async () => {
  const path = join(folder, "hens.txt");
  const text = `Hens lay eggs in the morning, and the farmer collects them before noon. A good layer gives five a week in
summer and fewer when the days grow short. Fresh straw, clean water and a closed door at dusk keep foxes away.`;
  const request = { path, name: "hens.txt", pool: TEXT };
  await writeFile(path, text);
  const [asked, plain] = await Promise.all([assay({ ...request, excerptCharacters: 9 }), assay(request)]);
  expect(asked).toEqual({ ...plain, excerpt: "Hens lay " });
  await writeFile(path, "Short.");
  expect(await assay({ ...request, excerptCharacters: 9 })).not.toHaveProperty("excerpt");
});
